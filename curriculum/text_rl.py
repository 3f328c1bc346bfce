"""REINFORCE for a model that writes text: what was written, how likely it was, and the loss that makes it likelier.

Symbols: `tokens` are int64 (batch, time), a prompt of `prompt_length` tokens and a completion after it. `logits` are
(batch, time, vocab); those at position t are for the token at t + 1, the *target*. So all that belongs to targets has
time − 1 columns, and column t stands for the token at t + 1. An episode is one completion, its actions are the tokens
up to the first `eos` (with it), and `weights` say how much better each was than could be expected: a reward less a
baseline, say.

The estimator is Williams's (1992, "Simple statistical gradient-following algorithms", theorem 1; Sutton & Barto 2018,
section 13.3): the gradient of the expected reward is the mean of Σ_t weight · ∇ log π(token t), and `reinforce_loss`
has minus that as its gradient. Its value means nothing: it is not the expected reward.
"""

import torch
from torch import Tensor


def completion_mask(tokens: Tensor, prompt_length: int, eos: int) -> Tensor:
    """Which targets the model wrote itself: boolean (batch, time − 1).

    True for the tokens of the completion up to its first eos, and for this eos: to stop was a decision too. The prompt,
    of at least one token, was not the model's choice, nor does an eos in it end anything.
    """
    written = tokens[:, prompt_length:]
    ends = written == eos
    ended = (ends.cumsum(1) - ends.long()).bool()  # whether an eos stands before the token
    mask = torch.zeros_like(tokens, dtype=torch.bool)
    mask[:, prompt_length:] = ~ended
    return mask[:, 1:]


def sequence_log_probs(logits: Tensor, tokens: Tensor, temperature: float = 1.0) -> Tensor:
    """The log-probability of each target, (batch, time − 1), where tokens are drawn from softmax(logits / temperature).

    logits: (batch, time, vocab). It is computed in float32 at least, in nats.
    """
    log_probs = torch.log_softmax(logits[:, :-1].float() / temperature, dim=-1)
    return log_probs.gather(-1, tokens[:, 1:, None]).squeeze(-1)


def reinforce_loss(log_probs: Tensor, weights: Tensor, mask: Tensor) -> Tensor:
    """−weight · log-probability, summed over a sequence's kept targets, and averaged over the batch: a scalar.

    log_probs: (batch, time − 1). weights: (batch,), one for each sequence, or (batch, time − 1); no gradient goes to
    them. What stands where the mask (batch, time − 1) is False has no effect, not even an infinity.
    """
    # 0 · ∞ would be NaN, so what is masked is replaced, not multiplied by 0.
    kept = torch.where(mask, log_probs, 0.0)
    weights = weights.detach().reshape(len(weights), -1)  # (batch, 1) or (batch, time − 1)
    return -(weights * kept).sum(1).mean()


def entropy_bonus(logits: Tensor, mask: Tensor) -> Tensor:
    """The mean entropy of the model's choices, in nats, over the targets that the mask keeps: 0 where it keeps none.

    logits: (batch, time, vocab), of which a token may be -inf: it has probability 0 and adds nothing. mask: (batch,
    time − 1). To reward it, subtract a multiple of it from the loss (Williams & Peng 1991, "Function optimization using
    connectionist reinforcement learning algorithms").
    """
    log_probs = torch.log_softmax(logits[:, :-1].float(), dim=-1)
    finite = log_probs.clamp(min=torch.finfo(log_probs.dtype).min)  # 0 · ∞ again, here and in the gradient
    entropies = -(log_probs.exp() * finite).sum(dim=-1)  # (batch, time − 1)
    return torch.where(mask, entropies, 0.0).sum() / mask.sum().clamp(min=1)
