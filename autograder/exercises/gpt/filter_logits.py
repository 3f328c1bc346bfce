"""Judgement of `gpt.filter_logits`: top-k (Fan et al. 2018) and top-p (Holtzman et al. 2020, section 3.1).

Symbols: `logits` (…, vocab); what is kept keeps its logit, the rest is -inf. The oracle takes one row at a time and
walks down from the likeliest token. Which tokens have probability p together is a matter of rounding where a sum lies
at p, so the inputs keep every sum away from p.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, raises, same_type
from autograder.submission import Submission

filter_logits = Judgement(
    "gpt.filter_logits",
    hints=(
        "Take one row of five logits and a pencil. What is the smallest logit that top-k keeps? Sort the probabilities "
        "and write the running sum below them: which of them does top-p keep?",
        "`logits.topk(k, dim=-1).values[..., -1:]` is the k-th largest logit of each row, with an axis left for "
        "comparing. What lies below it becomes -inf. topk refuses a k above the size of the vocabulary.",
        "A token stays if the tokens likelier than it have a sum below p. That sum is `probs.cumsum(-1) - probs` of "
        "the sorted probabilities. For the likeliest token it is 0, so that one always stays.",
        "Sorting gives `probs, order`. Your mask then stands in sorted order: `mask.gather(-1, order.argsort(-1))` "
        "brings it back to the order of the vocabulary. The softmax comes after top-k, so that it sees what is left.",
    ),
)
NAME = "filter_logits"
MARGIN = 0.01
"""How far p stays away from every sum of probabilities."""


def by_definition(logits: torch.Tensor, top_k: int | None = None, top_p: float | None = None) -> np.ndarray:
    """The filtered logits in double precision."""
    rows = logits.double().numpy()
    filtered = np.full(rows.shape, -np.inf)
    for index in np.ndindex(*rows.shape[:-1]):
        row = rows[index]
        kept = [token for token in np.argsort(-row) if top_k is None or np.sum(row > row[token]) < top_k]
        if top_p is not None:
            sums = np.cumsum(probabilities(row[kept]))
            kept = [token for place, token in enumerate(kept) if place == 0 or sums[place - 1] < top_p]
        filtered[index][kept] = row[kept]
    return filtered


def probabilities(row: np.ndarray) -> np.ndarray:
    powers = np.exp(row - row.max())
    return np.asarray(powers / powers.sum())


def draw(rng: np.random.Generator, *leading: int, vocab: int = 7) -> torch.Tensor:
    """Logits whose rows differ in height and in how much they spread."""
    rows = rng.standard_normal((*leading, vocab)) * rng.uniform(0.7, 1.5, (*leading, 1))
    return torch.from_numpy(rows + rng.uniform(-3.0, 3.0, (*leading, 1)))


def clear_p(rng: np.random.Generator, logits: torch.Tensor, low: float = 0.3, high: float = 0.9) -> float:
    """A p between `low` and `high` as far from every sum of probabilities as a hundred draws find it."""
    rows = logits.double().numpy().reshape(-1, logits.shape[-1])
    sums = np.concatenate([np.cumsum(np.sort(probabilities(row))[::-1]) for row in rows])
    candidates = rng.uniform(low, high, 100)
    distance = np.abs(candidates[:, None] - sums).min(axis=1)
    assert distance.max() > MARGIN, "rows whose sums leave no room for p"
    return float(candidates[distance.argmax()])


def compared(
    where: str, got: Any, logits: torch.Tensor, top_k: int | None = None, top_p: float | None = None
) -> Iterator[Observation]:
    """The filtered logits beside the definition."""
    yield same_type(f"the result {where}", got, logits)
    yield close(f"the result {where}", got, by_definition(logits, top_k, top_p), precision=logits.dtype)


Case = tuple[str, torch.Tensor, int | None, float | None]


def all_compared(s: Submission, cases: Sequence[Case]) -> Iterator[Observation]:
    """Every case beside the definition, for the price of one exchange."""
    results = s.each(NAME, [case[1:] for case in cases])
    for case, got in zip(cases, results, strict=True):
        yield from compared(case[0], got, *case[1:])


@filter_logits.check(weight=2)
def top_k_keeps_the_largest(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """top_k keeps the k largest logits of each row as they are, and makes the rest -inf."""
    k = int(rng.integers(2, 6))
    yield from all_compared(s, [(f"of {n} axes", draw(rng, *(2, 3, 4)[: n - 1]), k, None) for n in (1, 2, 3, 4)])
    logits = draw(rng, 2)
    yield from all_compared(s, [(f"of top_k = {k}", logits, k, None) for k in (1, 6, 7, 8, 100)])
    yield from compared("with a named top_k", s.call(NAME, logits, top_k=k), logits, top_k=k)


@filter_logits.check(weight=2)
def top_p_keeps_the_nucleus(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """top_p keeps the fewest likeliest tokens of each row that together have probability p."""
    cases: list[Case] = []
    for leading in ((), (2,), (2, 3), (2, 1, 2)):
        logits = draw(rng, *leading)
        cases.append((f"of {logits.ndim} axes", logits, None, clear_p(rng, logits)))
    yield from all_compared(s, cases)
    yield from compared("with a named top_p", s.call(NAME, logits, top_p=cases[-1][3]), logits, top_p=cases[-1][3])


@filter_logits.check()
def keeps_one_token_at_least(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The likeliest token stays however small p is, and every token at p = 1."""
    logits = draw(rng, 3)
    logits[1, 4] += 12.0  # one token that has nearly all the probability
    yield from all_compared(s, [("of p near 0", logits, None, 1e-3), ("of both at their least", logits, 1, 1e-3)])
    yield from all_compared(s, [("of p = 1", draw(rng, 2, 2), None, 1.0), ("of p = 1", draw(rng), 3, 1)])


@filter_logits.check()
def equal_logits_stay_together(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What is exactly as large as the k-th largest logit stays too."""
    rows = [rng.permutation([3.0, 2.0, 2.0, 2.0, 1.0, 0.5, 0.5]) - 2.5 for _ in range(4)]
    logits = torch.from_numpy(np.stack(rows))
    yield from all_compared(s, [(f"of equal logits, top_k = {k}", logits, k, None) for k in (2, 3, 4, 6)])
    yield from all_compared(s, [("where all are equal", torch.zeros(2, 5), 2, None)])


@filter_logits.check()
def top_k_comes_first(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With both, the probability of top_p is that among the tokens that top_k left."""
    # Among the best three the first two have 0.64 to 0.72; of all eight they have 0.40 at most.
    shares = np.array([8.0, 7.0, 6.5, 5.0, 4.0, 3.5, 3.0, 2.0]) * rng.uniform(0.98, 1.02, (3, 8))
    logits = torch.from_numpy(rng.permuted(np.log(shares), axis=-1) + rng.uniform(-2.0, 2.0, (3, 1)))
    yield from all_compared(s, [("of top_k = 3 and top_p", logits, 3, float(rng.uniform(0.45, 0.6)))])
    logits = draw(rng, 2, 2)
    kept = by_definition(logits, 4)
    yield from all_compared(s, [("of both", logits, 4, clear_p(rng, torch.from_numpy(kept)))])


@filter_logits.check()
def refuses_what_keeps_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A top_k below 1 and a top_p outside (0, 1] raise ValueError."""
    logits = draw(rng, 2)
    for k in (-1, 0):
        yield raises(f"top_k = {k}", partial(s.call, NAME, logits, top_k=k), "ValueError")
    for p in (2.0, 1.01, -0.1, 0.0):
        yield raises(f"top_p = {p}", partial(s.call, NAME, logits, top_p=p), "ValueError")
    yield raises("a top_p of 0 beside a top_k", partial(s.call, NAME, logits, 2, 0.0), "ValueError")


@filter_logits.check()
def works_in_any_precision_size_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32, float16, bfloat16, large logits, other memory layouts, and no filter at all: shape and dtype stay."""
    cases: list[Case] = []
    for dtype in (torch.float32, torch.float16, torch.bfloat16):
        shares = np.array([0.45, 0.26, 0.15, 0.09, 0.05])
        logits = torch.from_numpy(np.log(rng.permuted(np.stack([shares, shares]), axis=-1))).to(dtype)
        cases += [(f"of {dtype}", logits, 3, None), (f"of {dtype}", logits, None, 0.58)]
    high, low = draw(rng, 2), draw(rng, 2)
    cases += [("of high logits", high + 1e4, None, clear_p(rng, high)), ("of low ones", low - 1e4, 4, None)]
    cases += [("of low logits", low - 1e4, None, clear_p(rng, low)), ("far apart", 1e4 * high, 3, 0.5)]
    logits = draw(rng, 3, vocab=14)[:, ::2]
    cases += [("of a view", logits, 3, None), ("of a view", logits, None, clear_p(rng, logits))]
    turned = draw(rng, 7, vocab=3).T
    cases += [("of a transpose", turned, 3, clear_p(rng, turned)), ("without a filter", turned, None, None)]
    yield from all_compared(s, cases)
    yield from compared("of the logits alone", s.call(NAME, turned), turned)


@filter_logits.check()
def leaves_the_logits_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The logits given are not changed."""
    logits = draw(rng, 2, 2)
    held = s.hold(logits)
    for top_k, top_p in ((3, None), (None, 0.5), (4, 0.5)):
        s.call(NAME, held, top_k, top_p)
        yield identical("the logits", held.fetch(), logits, "the logits were changed in place")


SMALLEST = "smallest = logits.topk(min(top_k, logits.shape[-1]), dim=-1).values[..., -1:]"
CUT = "logits.masked_fill(logits < smallest, -torch.inf)"
PROBS = "logits.softmax(dim=-1).sort(dim=-1, descending=True)"
LIKELIER = "probs.cumsum(dim=-1) - probs"
RANK = "rank = order.argsort(dim=-1)"
DROP = "logits.masked_fill(likelier.gather(-1, rank) >= top_p, -torch.inf)"
START = "    if top_k is not None:\n"
WHOLE = f"    whole = logits\n{START}"
END = "    return logits"

filter_logits.misconception(
    "drops_the_token_that_crosses_p",
    edit=(LIKELIER, "probs.cumsum(dim=-1)"),
    message="The token with which the sum reaches p is dropped, so what is kept has less than p.",
    question="If the first token alone has probability 0.9 and p is 0.5, what is left?",
)
filter_logits.another_form(
    "drops_the_token_that_crosses_p",
    edits=((LIKELIER, "probs.cumsum(dim=-1)"), (RANK, f"likelier[..., 0] = 0\n        {RANK}")),
)
filter_logits.misconception(
    "keeps_the_least_likely",
    edit=("descending=True", "descending=False"),
    message="The probabilities are summed from the smallest up, so top-p keeps the unlikely tokens.",
    question="Which token should be the first to stay?",
)
filter_logits.another_form("keeps_the_least_likely", edit=("dim=-1).values", "dim=-1, largest=False).values"))
filter_logits.misconception(
    "sums_logits",
    edit=("logits.softmax(dim=-1).sort", "logits.sort"),
    message="The running sum of top-p is taken of the logits, which are not probabilities.",
    question="What do the logits of a row sum to? And what should p be a share of?",
)
filter_logits.another_form(  # p is a share of the logits' sum, and what reaches it is the last to stay
    "sums_logits",
    edits=(
        (PROBS, "logits.sort(dim=-1, descending=True)\n        probs = probs.masked_fill(probs == -torch.inf, 0.0)"),
        (LIKELIER, "probs.cumsum(dim=-1)"),
        (RANK, f"{RANK}\n        reached = (likelier >= top_p * likelier[..., -1:]).long()"),
        ("likelier.gather(-1, rank) >= top_p", "(reached.cumsum(dim=-1) - reached).gather(-1, rank) * (top_p < 1) > 0"),
    ),
)
filter_logits.misconception(
    "zeros_for_minus_infinity",
    edits=((CUT, CUT.replace("-torch.inf", "0.0")), (DROP, DROP.replace("-torch.inf", "0.0"))),
    message="A token that is not kept gets the logit 0, which is a logit like any other.",
    question="Which probability does a softmax give to a logit of 0, and which logit gets probability 0?",
)
filter_logits.misconception(
    "merely_low",
    edits=((CUT, CUT.replace("-torch.inf", "-1e4")), (DROP, DROP.replace("-torch.inf", "-1e4"))),
    message="A token that is not kept gets a low number in place of -inf.",
    question="What happens where the logits that are kept are lower still?",
)
for low in ("-1e9", "torch.finfo(logits.dtype).min"):
    filter_logits.another_form(
        "merely_low", edits=((CUT, CUT.replace("-torch.inf", low)), (DROP, DROP.replace("-torch.inf", low)))
    )
filter_logits.misconception(
    "returns_probabilities",
    edit=(END, f"{END}.softmax(dim=-1)"),
    message="Probabilities are returned, where the filtered logits were asked for.",
    question="What does a later softmax make of numbers that are probabilities already?",
)
filter_logits.another_form(
    "returns_probabilities",
    edits=((START, WHOLE), (END, "    return whole.softmax(dim=-1).masked_fill(logits == -torch.inf, -torch.inf)")),
)
filter_logits.misconception(
    "renormalises_the_logits",
    edit=(END, f"{END}.log_softmax(dim=-1)"),
    message="What is kept has been changed: these are log-probabilities, not the logits that came in.",
    question="Must a filter touch what passes it?",
)
filter_logits.another_form(
    "renormalises_the_logits",
    edits=((START, WHOLE), (END, "    return whole.log_softmax(dim=-1).masked_fill(logits == -torch.inf, -torch.inf)")),
)
filter_logits.misconception(
    "another_axis",
    edits=(
        (SMALLEST, "smallest = logits.topk(min(top_k, logits.shape[0]), dim=0).values[-1:]"),
        (PROBS, PROBS.replace("dim=-1", "dim=0")),
        (LIKELIER, LIKELIER.replace("dim=-1", "dim=0")),
        (RANK, RANK.replace("dim=-1", "dim=0")),
        ("gather(-1", "gather(0"),
    ),
    message="Tokens are compared along the first axis, so rows of a batch compete with each other.",
    question="Along which axis do the logits of one distribution lie?",
)
filter_logits.misconception(
    "filters_the_whole_batch",
    edit=(SMALLEST, "smallest = logits.flatten().topk(min(top_k, logits.numel())).values[-1]"),
    message="The k largest logits of the whole batch are kept, not the k largest of each row.",
    question="Which tokens can be drawn for a row whose logits are all below those of another?",
)
filter_logits.another_form(
    "filters_the_whole_batch",
    edits=((START, f"    shape, logits = logits.shape, logits.flatten()\n{START}"), (END, f"{END}.reshape(shape)")),
)
filter_logits.misconception(
    "mask_in_sorted_order",
    edit=("likelier.gather(-1, rank)", "likelier"),
    message="The mask of top-p is used in sorted order: it hides the last tokens of the vocabulary, not the unlikely.",
    question="Which token does place 0 of the sorted probabilities belong to?",
)
filter_logits.another_form("mask_in_sorted_order", edit=("likelier.gather(-1, rank)", "likelier.gather(-1, order)"))
filter_logits.misconception(
    "returns_sorted_logits",
    edit=(DROP, "logits.gather(-1, order).masked_fill(likelier >= top_p, -torch.inf)"),
    message="The logits are returned from the likeliest down: their place no longer says which token they are.",
    question="How will the caller know which token the first logit belongs to?",
)
filter_logits.misconception(
    "top_p_before_top_k",
    edits=(
        (START, f"    whole = logits.softmax(dim=-1)\n{START}"),
        (PROBS, PROBS.replace("logits.softmax(dim=-1)", "whole")),
    ),
    message="The probability of top-p is that among all tokens. After top-k it should be that among those left.",
    question="Three tokens are left and have 0.5 of the whole. Which share of what is left has each of them?",
)
filter_logits.misconception(
    "threshold_on_the_probability",
    edit=(DROP, "logits.masked_fill(logits.softmax(dim=-1) < top_p, -torch.inf)"),
    message="p is compared with each token's own probability. Top-p compares it with a running sum.",
    question="Ten tokens are equally likely. How many of them have probability 0.9 together, and how many each?",
)
filter_logits.another_form(
    "threshold_on_the_probability",
    edit=(DROP, "logits.masked_fill(logits.softmax(dim=-1) < top_p * probs[..., :1], -torch.inf)"),
)
filter_logits.another_form(
    "threshold_on_the_probability",
    edit=(DROP, "logits.masked_fill(logits.softmax(dim=-1) < 1 - top_p, -torch.inf)"),
)
filter_logits.misconception(
    "one_token_too_few",
    edit=("logits < smallest", "logits <= smallest"),
    message="The k-th largest logit itself is dropped, so k − 1 tokens are kept.",
    question="How many tokens does top_k = 1 keep?",
)
filter_logits.misconception(
    "one_token_too_many",
    edit=(SMALLEST, SMALLEST.replace("min(top_k,", "min(top_k + 1,")),
    message="One token more than k is kept.",
    question="What should top_k = 1 have in common with taking the likeliest token?",
)
filter_logits.misconception(
    "exactly_k",
    edits=(
        (SMALLEST, "best = logits.topk(min(top_k, logits.shape[-1]), dim=-1).indices"),
        (CUT, "torch.full_like(logits, -torch.inf).scatter(-1, best, logits.gather(-1, best))"),
    ),
    message="Of several tokens that are as large as the k-th, some are dropped and others kept.",
    question="Which of two equal logits deserves to stay?",
)
filter_logits.another_form(
    "exactly_k",
    edits=(
        (SMALLEST, "best = logits.sort(dim=-1, descending=True, stable=True).indices[..., :top_k]"),
        (CUT, "torch.full_like(logits, -torch.inf).scatter(-1, best, logits.gather(-1, best))"),
    ),
)
filter_logits.misconception(
    "k_beyond_the_vocabulary",
    edit=("min(top_k, logits.shape[-1])", "top_k"),
    message="A top_k above the size of the vocabulary raises, where it should keep every token.",
    question="What does `topk` do when it is asked for more values than there are?",
)
filter_logits.another_form("k_beyond_the_vocabulary", edit=("top_k < 1", "not 1 <= top_k <= logits.shape[-1]"))
filter_logits.misconception(
    "zero_switches_off",
    edits=(("if top_k is not None:", "if top_k:"), ("if top_p is not None:", "if top_p:")),
    message="A top_k or top_p of 0 is taken for None. What keeps no token should be refused.",
    question="In Python, which of `0`, `0.0` and `None` count as false?",
)
filter_logits.misconception(
    "refuses_nothing",
    edits=(("top_k < 1", "False"), ("not 0 < top_p <= 1", "False")),
    message="A top_k below 1 or a top_p outside (0, 1] is accepted, or stopped by chance with another error.",
    question="Who should notice that a caller passed a percentage, top_p = 90?",
)
filter_logits.another_form("refuses_nothing", edit=("not 0 < top_p <= 1", "top_p <= 0"))
filter_logits.another_form(
    "refuses_nothing",
    edits=(
        ("top_k < 1", "False"),
        ("not 0 < top_p <= 1", "False"),
        (SMALLEST, SMALLEST.replace("(top_k,", "(max(top_k, 1),")),
    ),
)
filter_logits.misconception(
    "changes_its_input",
    edits=((CUT, CUT.replace("fill", "fill_")), (DROP, DROP.replace("fill", "fill_"))),
    message="The logits are overwritten in place, so the caller's tensor changes.",
    question="What does the underscore at the end of `masked_fill_` say?",
)
