"""Judgement of `preferences.sft_loss`: completions are imitated, prompts are not (Ouyang et al. 2022, section 3.5).

Symbols: column t of the mask is about token t + 1, which the logits at position t predict. The oracle takes one kept
token at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

from .inputs import SINGLE, STRANGE, numbers, otherwise_laid_out, unchanged

sft = Judgement(
    "preferences.sft_loss",
    hints=(
        "Take one text with a prompt of two tokens and a completion of two, and write down which logits predict which "
        "token. Which columns of the mask are True? Which logits are never needed?",
        "Column t of the mask, `logits[:, t]` and `tokens[:, t + 1]` belong together: `mask` fits `logits[:, :-1]` and "
        "`tokens[:, 1:]`.",
        "What is not kept may be NaN, and so would be its gradient, even if it is replaced later. Pick what is kept "
        "*first*: `logits[:, :-1][mask]` is (kept, vocab).",
        "Add up −log p of all kept tokens of the batch, in float32, and divide once by their number, or by 1 where "
        "there is none: `mask.sum().clamp(min=1)`.",
    ),
)
NAME = "sft_loss"
Inputs = tuple[Tensor, Tensor, Tensor]


def by_definition(logits: Tensor, tokens: Tensor, mask: Tensor) -> tuple[float, np.ndarray]:
    """The loss and its gradient by the logits, in double precision, one token at a time."""
    rows = logits.double().numpy()
    kept = [(text, t) for text, t in np.ndindex(*mask.shape) if mask[text, t]]
    total, gradient = 0.0, np.zeros(rows.shape)
    for text, t in kept:
        row, token = rows[text, t], int(tokens[text, t + 1])
        log_sum = float(row.max() + np.log(np.sum(np.exp(row - row.max()))))
        total += log_sum - float(row[token])
        gradient[text, t] = np.exp(row - log_sum) / len(kept)
        gradient[text, t, token] -= 1.0 / len(kept)
    return total / max(len(kept), 1), gradient


def draw(rng: np.random.Generator, dtype: torch.dtype = SINGLE, size: float = 2.0) -> Inputs:
    """Texts with completions of unequal lengths, in a vocabulary that has another size than batch and time."""
    batch, time, vocab = 5, int(rng.integers(6, 9)), int(rng.integers(10, 13))
    mask = torch.zeros(batch, time, dtype=torch.bool)
    for text, length in enumerate(rng.permutation([1, 2, 3, 4, time - 2]).tolist()):
        start = int(rng.integers(1, time - length + 1))
        mask[text, start : start + length] = True
    logits = (size * numbers(rng, batch, time + 1, vocab)).to(dtype)
    return logits, torch.from_numpy(rng.integers(0, vocab, size=(batch, time + 1))), mask


def with_strange_rest(rng: np.random.Generator, logits: Tensor, mask: Tensor) -> Tensor:
    """The logits, with something else at every position that predicts no kept token, the last one included."""
    strange = torch.from_numpy(rng.choice(STRANGE, size=tuple(logits.shape))).to(logits.dtype)
    needed = torch.cat([mask, torch.zeros_like(mask[:, :1])], dim=1)
    return torch.where(needed[..., None], logits, strange)


def compared(where: str, got: Any, inputs: Inputs) -> Iterator[Observation]:
    logits, _, mask = inputs
    kept = logits[:, :-1][mask].abs()
    size = max(1.0, float(kept.max()) if kept.numel() else 1.0)
    yield same_type(f"the loss {where}", got, torch.zeros(()))
    yield close(f"the loss {where}", got, np.float64(by_definition(*inputs)[0]), magnitude=size, precision=SINGLE)


@sft.check(weight=4)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The loss is the mean of −log p over the kept tokens of the whole batch, each predicted from what is before it."""
    inputs = [draw(rng) for _ in range(3)]
    for given, got in zip(inputs, s.each(NAME, inputs), strict=True):
        yield from compared("of texts", got, given)


@sft.check(weight=2)
def keeps_what_the_mask_keeps(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The mask alone says what counts: all tokens, one token, or a pattern with gaps, whatever the tokens' numbers."""
    logits, tokens, mask = draw(rng)
    whole = torch.ones_like(mask)
    one = torch.zeros_like(mask)
    one[int(rng.integers(len(mask))), int(rng.integers(mask.shape[1]))] = True
    gaps = torch.from_numpy(rng.random(tuple(mask.shape)) < 0.5)
    gaps[0], gaps[1] = True, False
    for where, chosen in (("where all is kept", whole), ("of one kept token", one), ("under a mask with gaps", gaps)):
        yield from compared(where, s.call(NAME, logits, tokens, chosen), (logits, tokens, chosen))
    few = tokens % 3  # PAD, BOS and EOS are tokens too
    yield from compared("of tokens 0, 1 and 2", s.call(NAME, logits, few, mask), (logits, few, mask))
    short = logits[:, :2], tokens[:, :2], torch.ones(len(tokens), 1, dtype=torch.bool)
    yield from compared("of texts of two tokens", s.call(NAME, *short), short)


@sft.check(weight=3)
def has_the_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient by the logits is (softmax − one-hot) / (number of kept tokens) where a kept token is predicted."""
    logits, tokens, mask = draw(rng)
    scale = float(rng.uniform(0.5, 2.0))
    _, [gradient] = s.vjp(NAME, logits, tokens, mask, wrt=[0], cotangent=torch.tensor(scale))
    yield holds("the gradient", gradient is not None, "no gradient comes from the loss to the logits")
    expected = scale * by_definition(logits, tokens, mask)[1]
    yield close("the gradient", gradient, expected, magnitude=scale, precision=SINGLE)


@sft.check(weight=2)
def ignores_what_is_not_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits that predict no kept token have no influence and no gradient, even if they are NaN or infinite."""
    logits, tokens, mask = draw(rng)
    loss, gradient = by_definition(logits, tokens, mask)
    strange = with_strange_rest(rng, logits, mask)
    got, [found] = s.vjp(NAME, strange, tokens, mask, wrt=[0], cotangent=torch.ones(()))
    lost = isinstance(got, Tensor) and bool(got.isnan().any())
    yield holds("NaN in the loss", not lost, "the loss is NaN where logits that do not count are not finite")
    yield close("the loss beside strange logits", got, np.float64(loss), magnitude=10.0, precision=SINGLE)
    lost = found is not None and bool(found.isnan().any())
    yield holds("NaN in the gradient", not lost, "the gradient has NaN where logits that do not count are not finite")
    yield close("the gradient beside strange logits", found, gradient, magnitude=1.0, precision=SINGLE)


@sft.check()
def is_zero_where_nothing_is_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where the mask keeps nothing the loss is 0, and so is its gradient, never NaN."""
    logits, tokens, mask = draw(rng)
    got, [gradient] = s.vjp(NAME, logits, tokens, torch.zeros_like(mask), wrt=[0], cotangent=torch.ones(()))
    yield close("the loss of nothing", got, np.float64(0.0))
    none = gradient is None or not bool(gradient.isnan().any() | gradient.any())
    yield holds("the gradient of nothing", none, "the gradient is not 0 where nothing is kept")


@sft.check()
def survives_large_logits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits of ±10,000 give the right loss: a token of probability 0 in float32 costs what it should."""
    given = draw(rng, size=5e3)
    yield from compared("of large logits", s.call(NAME, *given), given)


@sft.check()
def computes_in_single_precision(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits in bfloat16, in any memory layout, give a float32 loss as precise as that of float32 logits."""
    for dtype in (torch.bfloat16, SINGLE):
        given = draw(rng, dtype)
        yield from compared(f"in {dtype}", s.call(NAME, *map(otherwise_laid_out, given)), given)


@sft.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits, tokens and mask are not changed."""
    inputs = dict(zip(("logits", "tokens", "mask"), draw(rng), strict=True))
    yield from unchanged(s, inputs, lambda held: s.call(NAME, *held))


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    sft.misconception(identity, edits=edits, source=source, message=message, question=question)


def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
    sft.another_form(identity, edits=edits, source=source)


HEAD = "kept = logits[:, :-1][mask].float()"
CROSS = 'F.cross_entropy(kept, tokens[:, 1:][mask], reduction="sum")'
COUNT = "mask.sum().clamp(min=1)"
MEAN = f"return {CROSS} / {COUNT}"


def by_losses(losses: str, result: str) -> str:
    """The function by a table of losses (batch, time), as most people write it."""
    return f"""
def sft_loss(logits, tokens, mask):
    logits, targets = logits[:, :-1].float(), tokens[:, 1:]
    losses = {losses}
    return {result}
"""


TABLE = "-logits.log_softmax(-1).gather(-1, targets[:, :, None]).squeeze(-1)"

mistake(
    "prompt_counts",
    "The prompt is learned too, and the pads: every token counts, whatever the mask says.",
    "Who wrote the prompt, and should the model learn to write prompts?",
    (HEAD, "kept = logits[:, :-1].flatten(0, 1).float()"),
    (CROSS, CROSS.replace("[mask]", ".flatten()")),
    (COUNT, "mask.numel()"),
)
also("prompt_counts", source=by_losses(TABLE, "losses.sum() / mask.sum().clamp(min=1)"))
mistake(
    "padding_by_number",
    "What counts is told by the tokens' numbers instead of the mask: all but token 0, so the prompt counts too.",
    "Can you tell from its number alone whether a token was in the prompt?",
    (HEAD, "mask = tokens[:, 1:] != 0\n    " + HEAD),
)
also("padding_by_number", (HEAD, "mask = mask & (tokens[:, 1:] != 0)\n    " + HEAD))
mistake(
    "ends_when_eos",
    "The tokens with the number 2, EOS, are left out: the model never learns to stop.",
    "Is the end of a text something that the model has to learn to write?",
    (HEAD, "mask = mask & (tokens[:, 1:] != 2)\n    " + HEAD),
)
mistake(
    "not_shifted",
    "Each position is asked for its own token, which it has just read: the loss falls, and nothing is learned.",
    "Which token do the logits at position t predict: token t or token t + 1?",
    ("logits[:, :-1][mask]", "logits[:, 1:][mask]"),
)
also("not_shifted", ("tokens[:, 1:][mask]", "tokens[:, :-1][mask]"))
mistake(
    "shifted_twice",
    "Each position is asked for the token after next: logits and tokens are shifted once too often.",
    "What is between token t and token t + 2?",
    (
        HEAD,
        "mask = torch.cat([torch.zeros_like(mask[:, :1]), mask[:, 1:]], 1)\n"
        "    kept = logits.roll(1, 1)[:, :-1][mask].float()",
    ),
)
mistake(
    "first_is_lost",
    "The first token of each completion is not learned: the mask is lined up with the positions that predict.",
    "From what is the first token of the completion predicted, and is that position in the prompt?",
    (
        HEAD,
        "later = mask.clone()\n    later[:, 1:] &= mask[:, :-1]\n    later[:, 0] = False\n"
        f"    mask = later\n    {HEAD}",
    ),
)
mistake(
    "last_is_lost",
    "The last token of each completion is not learned: that is where the EOS stands.",
    "How would the model know when to stop?",
    (
        HEAD,
        "later = mask.clone()\n    later[:, :-1] &= mask[:, 1:]\n    later[:, -1] = False\n"
        f"    mask = later\n    {HEAD}",
    ),
)
mistake(
    "mean_of_means",
    "The mean is taken in each text first, so a token of a short completion weighs more than one of a long one.",
    "Two texts keep 1 and 9 tokens. What share of the loss has the token of the first one?",
    source=by_losses(f"torch.where(mask, {TABLE}, 0.0)", "(losses.sum(1) / mask.sum(1).clamp(min=1)).mean()"),
)
mistake(
    "divides_by_all",
    "The sum over the kept tokens is divided by the number of all, so the loss falls as prompts and padding grow.",
    "If half of a batch is padding, over how many tokens is the mean to be taken?",
    (COUNT, "mask.numel()"),
)
also("divides_by_all", (COUNT, "tokens.numel()"))
mistake(
    "sum_not_mean",
    "The losses are summed and not divided by the number of kept tokens.",
    "What happens to the gradient when the batch is twice as large?",
    (f" / {COUNT}", ""),
)
also("sum_not_mean", (COUNT, "len(mask)"))
mistake(
    "mask_inverted",
    "The mask is the wrong way round: prompts and pads are learned, completions are not.",
    "What does True in the mask say about a token?",
    (HEAD, f"mask = ~mask\n    {HEAD}"),
)
mistake(
    "negated",
    "The sign is missing: this is the mean log-likelihood, and minimising it unlearns the demonstrations.",
    "Should the loss fall or rise as p grows?",
    (MEAN, MEAN.replace("return ", "return -")),
)
mistake(
    "multiplied_by_the_mask",
    "The losses are multiplied by the mask. Where nothing counts there may be NaN or infinity, and NaN · 0 is NaN.",
    "Which operation leaves a number out without computing with it?",
    source=by_losses(TABLE, "(losses * mask).sum() / mask.sum().clamp(min=1)"),
)
mistake(
    "replaced_too_late",
    "The loss is right, but its gradient has NaN: the losses were replaced where nothing counts, after they had been "
    "computed from logits that may be NaN, and the way back leads through all of them.",
    "In the backward pass 0 arrives at log_softmax of a row of NaN. What does it pass on?",
    source=by_losses(f"torch.where(mask, {TABLE}, 0.0)", "losses.sum() / mask.sum().clamp(min=1)"),
)
mistake(
    "nan_where_nothing_is_kept",
    "Where nothing is kept, this divides 0 by 0.",
    "What should a batch without a single kept token add to training?",
    (".clamp(min=1)", ""),
)
also("nan_where_nothing_is_kept", (MEAN, MEAN.replace('"sum"', '"mean"').replace(f" / {COUNT}", "")))
mistake(
    "half_precision",
    "The loss is computed in the dtype of the logits, which may be bfloat16 with its three digits.",
    "How many numbers are summed for one softmax, and what does each addition lose in bfloat16?",
    (".float()", ""),
)
also("half_precision", (".float()", ""), (MEAN, f"return ({CROSS} / {COUNT}).float()"))
mistake(
    "log_of_softmax",
    "The logarithm is taken of the finished softmax, which is 0 for an unlikely token: the loss becomes infinite.",
    "What is log(softmax(x)) once it is written out, and does an exponential have to be computed for the token?",
    (CROSS, 'F.nll_loss(kept.softmax(-1).log(), tokens[:, 1:][mask], reduction="sum")'),
)
also("log_of_softmax", (CROSS, 'F.nll_loss((kept.softmax(-1) + 1e-8).log(), tokens[:, 1:][mask], reduction="sum")'))
mistake(
    "softmax_twice",
    "The logits go through a softmax before the cross-entropy, which takes logits and has a softmax of its own.",
    "What does `cross_entropy` take: logits or probabilities?",
    (HEAD, HEAD + ".softmax(-1)"),
)
mistake(
    "returns_a_number",
    "There is no way back from the loss to the logits: nothing could be learned from it.",
    "What does `.item()` leave behind, and what `.detach()`?",
    (MEAN, f"return ({CROSS} / {COUNT}).detach()"),
)
also("returns_a_number", (MEAN, f"return ({CROSS} / {COUNT}).item()"))
