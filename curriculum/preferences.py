"""From texts that people compared to a score for every text: imitation, pairs, the Bradley–Terry loss, calibration.

Symbols: `tokens` are int64 (batch, time + 1), a prompt, a completion and PAD behind its EOS; `mask` is bool (batch,
time), True where column t, which is about token t + 1, belongs to the completion. `chosen` is the text of a pair that
was preferred, `rejected` the other one. A *score* is a real number for a text; only differences of scores mean
anything.

Bradley and Terry (1952, "Rank analysis of incomplete block designs", section 2) let the first of two be preferred with
probability σ(score of the first − score of the second), σ(d) = 1 / (1 + e^−d). A reward model is fitted to comparisons
by maximum likelihood under this model (Christiano et al. 2017, section 2.2.3; Ouyang et al. 2022, equation 1).
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def sft_loss(logits: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
    """The mean of −log p(token) over the tokens that the mask keeps, all texts together: a scalar, float32, in nats.

    logits: (batch, time + 1, vocab). tokens: int64 (batch, time + 1). mask: bool (batch, time); column t is about token
    t + 1, which the logits at position t predict. Where nothing is kept the loss is 0. What is not kept has no
    influence, on the loss or on its gradient, not even NaN (Ouyang et al. 2022, section 3.5: supervised fine-tuning).
    """
    kept = logits[:, :-1][mask].float()  # (kept, vocab): what is left out is never computed with
    return F.cross_entropy(kept, tokens[:, 1:][mask], reduction="sum") / mask.sum().clamp(min=1)


def preference_pairs(first: Tensor, second: Tensor, first_preferred: Tensor) -> tuple[Tensor, Tensor]:
    """The chosen and the rejected of each pair, of the shape and dtype of `first`.

    first, second: (batch, …), one text of each pair, or what belongs to it. first_preferred: bool (batch,).
    """
    preferred = first_preferred.reshape(-1, *[1] * (first.dim() - 1))  # one answer for a whole text
    return torch.where(preferred, first, second), torch.where(preferred, second, first)


def bradley_terry_loss(chosen_scores: Tensor, rejected_scores: Tensor) -> Tensor:
    """The mean of −log σ(chosen − rejected): minus the log-likelihood of a preference, in nats; a scalar.

    chosen_scores, rejected_scores: (batch,). `logsigmoid` is exact where σ itself has become 0.
    """
    return -F.logsigmoid(chosen_scores - rejected_scores).mean()


def last_token_scores(scores: Tensor, tokens: Tensor, pad: int) -> Tensor:
    """Of each text the score at its last token that is no pad: (batch,).

    scores: (batch, time + 1), one at each position. tokens: int64 (batch, time + 1), with at least one that is no pad;
    pads may stand in front too. A model that reads from left to right has read the whole text only there.
    """
    positions = torch.arange(tokens.shape[1], device=tokens.device)
    last = (positions * (tokens != pad)).amax(1, keepdim=True)
    return scores.gather(1, last).squeeze(1)


def accuracy(chosen_scores: Tensor, rejected_scores: Tensor) -> float:
    """The share of pairs in which the chosen text has the higher score; equal scores count one half, like a guess."""
    higher, equal = chosen_scores > rejected_scores, chosen_scores == rejected_scores
    return (higher.double() + 0.5 * equal.double()).mean().item()


def calibration(
    first_scores: Tensor, second_scores: Tensor, first_preferred: Tensor, bins: int
) -> tuple[Tensor, Tensor, Tensor]:
    """What was predicted and what was preferred, over `bins` bins of equal width: three tensors (bins,).

    The prediction for a pair is σ(first − second), in [0, 1]; 1 itself belongs to the last bin. Returns the mean
    prediction of each bin's pairs, the share of them whose first text was preferred, both float64 and NaN in an empty
    bin, and their number, int64. A calibrated model has the first two equal (Guo et al. 2017, section 2).
    """
    predicted = torch.sigmoid(first_scores.double() - second_scores.double())
    place = (predicted * bins).long().clamp(max=bins - 1)
    count = torch.bincount(place, minlength=bins)
    total = torch.bincount(place, weights=predicted, minlength=bins)
    preferred = torch.bincount(place, weights=first_preferred.double(), minlength=bins)
    return total / count, preferred / count, count
