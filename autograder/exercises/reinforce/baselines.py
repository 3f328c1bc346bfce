"""Judgement of `reinforce.baselines`: what is subtracted from a return before it weighs a gradient.

Symbols: returns (batch,) or (batch, time), or (updates, batch) for the exponential baseline. The oracle takes one
sample at a time and adds up what its baseline may know.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

baselines = Judgement(
    "reinforce.baselines",
    hints=(
        "Take the returns 1, 2, 6 of a batch of three. Which baseline does each of the three samples get, from each "
        "of the first two functions?",
        "The batch is the first axis. Every time has a baseline of its own, so the mean runs over axis 0 only.",
        "The sum of the others is the sum of all, less one's own. How many others are there? And if there is none?",
        "The exponential baseline of update k is Σ_j decay^(k−1−j) · mean_j over the updates j < k, divided by the sum "
        "of the same powers. Both sums can be carried along: new = value + decay · old.",
    ),
)
MEAN, OTHERS, RUNNING = "mean_baseline", "leave_one_out_baseline", "exponential_baseline"
SHAPES = ((5,), (4, 4), (3, 6), (2, 3), (2,))


def mean_of(returns: np.ndarray, leave_out_own: bool) -> np.ndarray:
    """For each sample the mean over the batch, with or without its own return; 0 over nobody."""
    rows = returns.reshape(len(returns), -1).astype(np.float64)
    found = np.zeros(rows.shape)
    for sample, time in np.ndindex(rows.shape):
        seen = [rows[j, time] for j in range(len(rows)) if not (leave_out_own and j == sample)]
        found[sample, time] = math.fsum(seen) / len(seen) if seen else 0.0
    return found.reshape(returns.shape)


def running_mean(returns: np.ndarray, decay: float) -> np.ndarray:
    """For each update the mean of the earlier ones' mean returns, weighted with decay^age."""
    means = [math.fsum(batch) / len(batch) for batch in returns.astype(np.float64).tolist()]
    found = np.zeros(len(means))
    for update in range(1, len(means)):
        weights = [decay ** (update - 1 - earlier) for earlier in range(update)]
        found[update] = math.fsum(w * m for w, m in zip(weights, means, strict=False)) / math.fsum(weights)
    return found


def agrees(name: str, got: object, right: np.ndarray, returns: np.ndarray) -> Observation:
    return close(name, got, right, magnitude=1.0 + np.abs(returns).max(), precision=returns.dtype)


def drawn(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Returns whose mean differs from time to time."""
    return rng.standard_normal(shape) + rng.uniform(1.0, 4.0, shape[-1] if len(shape) > 1 else None)


@baselines.check()
def the_mean_of_the_batch(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The mean baseline of every sample is the mean over the batch, for each time by itself."""
    for shape in SHAPES:
        returns = drawn(rng, *shape)
        yield agrees(f"the mean baseline of shape {shape}", s.call(MEAN, returns), mean_of(returns, False), returns)


@baselines.check(weight=2)
def the_mean_of_the_others(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The leave-one-out baseline of a sample is the mean of the other samples' returns, for each time by itself."""
    for shape in SHAPES:
        returns = drawn(rng, *shape)
        name = f"the leave-one-out baseline of shape {shape}"
        yield agrees(name, s.call(OTHERS, returns), mean_of(returns, True), returns)


@baselines.check(weight=2)
def the_mean_of_earlier_batches(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The exponential baseline of an update weighs the mean returns of earlier batches with decay to their age."""
    for shape in ((6, 4), (4, 4), (9, 2), (3, 1)):
        for decay in (0.9, float(rng.uniform(0.3, 0.8))):
            returns = drawn(rng, *shape) + np.arange(shape[0])[:, None]
            name = f"the exponential baseline of {shape[0]} updates"
            yield agrees(name, s.call(RUNNING, returns, decay), running_mean(returns, decay), returns)


@baselines.check()
def works_at_the_edges(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A sample alone gets 0 from leaving one out, a first update 0; decay may be 0 and 1."""
    for shape in ((1,), (1, 3)):
        returns = drawn(rng, *shape)
        yield agrees("the mean baseline of one sample", s.call(MEAN, returns), returns, returns)
        yield agrees("the leave-one-out baseline of one sample", s.call(OTHERS, returns), np.zeros(shape), returns)
    for shape, decay in (((1, 5), 0.9), ((5, 3), 0.0), ((5, 3), 1.0), ((2, 3), 0.5)):
        returns = drawn(rng, *shape)
        name = f"the exponential baseline of {shape[0]} updates for decay = {decay:g}"
        yield agrees(name, s.call(RUNNING, returns, decay), running_mean(returns, decay), returns)


@baselines.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32 and float64 returns give baselines of the same dtype, whatever their memory layout."""
    for dtype in (np.float32, np.float64):
        array = drawn(rng, 6, 4).astype(dtype)
        for layout, returns in (("a C-ordered", array), ("a transposed", array.T), ("a strided", array[::2])):
            where = f"of {layout} {array.dtype} array"
            for name, right, given in (
                (MEAN, mean_of(returns, False), ()),
                (OTHERS, mean_of(returns, True), ()),
                (RUNNING, running_mean(returns, 0.8), (0.8,)),
            ):
                got = s.call(name, returns, *given)
                yield same_type(f"{name} {where}", got, right.astype(dtype))
                yield agrees(f"{name} {where}", got, right, returns)


@baselines.check()
def leaves_the_returns_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The returns given are not changed."""
    for name, given in ((MEAN, ()), (OTHERS, ()), (RUNNING, (0.7,))):
        returns = drawn(rng, 4, 3)
        held = s.hold(returns)
        s.call(name, held, *given)
        same = np.array_equal(held.fetch(), returns)
        yield holds("the returns", same, f"{name} changed the returns in place")


FULL = "np.full_like(returns, returns.mean(axis=0))"
LOO = "(returns.sum(axis=0) - returns) / others"
COUNT = "max(len(returns) - 1, 1)"
TOTAL = "total = returns[update - 1].mean() + decay * total"
WEIGHT = "weight = 1.0 + decay * weight"
EACH = "range(1, len(returns))"

baselines.misconception(
    "includes_the_sample_itself",
    edit=(LOO, "np.full_like(returns, returns.mean(axis=0)) * (len(returns) > 1)"),
    message="The leave-one-out baseline contains the sample's own return. Then it depends on the sample's actions, and "
    "the gradient comes out too small, by the factor (n − 1)/n.",
    question="A batch has two samples. What is left of the first one's return after half of it is subtracted?",
)
baselines.another_form("includes_the_sample_itself", edit=(LOO, FULL))
baselines.misconception(
    "divides_by_all",
    edit=(COUNT, "len(returns)"),
    message="The sum of the others is divided by the number of all samples.",
    question="How many others are there in a batch of n?",
)
baselines.misconception(
    "divides_by_zero_others",
    edit=(COUNT, "len(returns) - 1"),
    message="For a batch of one sample this is 0/0.",
    question="How many others has a sample that is alone, and which baseline does the statement give it?",
)
baselines.another_form("divides_by_zero_others", edit=(" / others", " * (1 / (len(returns) - 1))"))
baselines.misconception(
    "mixes_the_times",
    edits=(
        (FULL, "np.full_like(returns, returns.mean())"),
        (LOO, "(returns.sum() - returns) / max(returns.size - 1, 1)"),
    ),
    message="One mean is taken over all times. Early rewards-to-go are larger than late ones: each time needs its own.",
    question="How many different baselines should returns of shape (batch, time) have at the very least?",
)
baselines.another_form("mixes_the_times", edit=(FULL, "np.full_like(returns, returns.mean())"))
baselines.another_form("mixes_the_times", edit=(LOO, "(returns.sum() - returns) / max(returns.size - 1, 1)"))
OVER_TIME = "np.full_like(returns, returns.mean(axis=-1, keepdims=True))"
OTHERS_OVER_TIME = "(returns.sum(axis=-1, keepdims=True) - returns) / max(returns.shape[-1] - 1, 1)"
baselines.misconception(
    "mean_over_time",
    edits=((FULL, OVER_TIME), (LOO, OTHERS_OVER_TIME)),
    message="The mean runs over the times of each sample. A baseline is to compare a sample with others at the same "
    "time; its own rewards at other times depend on its own actions.",
    question="Which axis of (batch, time) counts the samples?",
)
baselines.another_form("mean_over_time", edit=(FULL, OVER_TIME))
baselines.another_form("mean_over_time", edit=(LOO, OTHERS_OVER_TIME))
baselines.misconception(
    "not_one_for_each_sample",
    edit=(FULL, "np.asarray(returns.mean(axis=0))"),
    message="The batch axis is gone: there is one baseline for all samples instead of one for each.",
    question="Which shape should the baseline of returns (batch, time) have?",
)
baselines.another_form("not_one_for_each_sample", edit=(FULL, "returns.mean(axis=0, keepdims=True)"))
baselines.misconception(
    "returns_the_advantage",
    edits=((FULL, f"returns - {FULL}"), (LOO, f"returns - {LOO}")),
    message="The baseline is subtracted already. Asked for is the baseline itself.",
    question="What should the mean baseline of the returns 3, 3, 3 be?",
)
baselines.another_form("returns_the_advantage", edit=(FULL, f"returns - {FULL}"))
baselines.another_form("returns_the_advantage", edit=(LOO, f"returns - {LOO}"))
baselines.misconception(
    "median_for_mean",
    edit=(FULL, FULL.replace("returns.mean(", "np.median(returns, ")),
    message="The median is taken, not the mean.",
    question="What do the two give for the returns 0, 0, 9?",
)
baselines.misconception(
    "sees_the_present_batch",
    edits=((EACH, "range(len(returns))"), ("returns[update - 1]", "returns[update]")),
    message="The exponential baseline of an update contains that update's own batch, so it depends on the actions "
    "whose returns it is subtracted from.",
    question="Which batches are known before the actions of update k are drawn?",
)
baselines.another_form(
    "sees_the_present_batch",
    edits=(
        ("total = weight = 0.0", "total, weight = returns[0].mean(), 1.0"),
        ("returns[update - 1]", "returns[update]"),
    ),
)
baselines.misconception(
    "decay_read_as_step",
    edits=((TOTAL, TOTAL.replace("decay", "(1.0 - decay)")), (WEIGHT, WEIGHT.replace("decay", "(1.0 - decay)"))),
    message="decay and 1 − decay are exchanged: a decay near 1 should remember long.",
    question="How far back does the baseline look at decay = 0?",
)
baselines.misconception(
    "pulled_towards_zero",
    edits=((TOTAL, "total = (1.0 - decay) * returns[update - 1].mean() + decay * total"), (WEIGHT, "weight = 1.0")),
    message="The running mean starts at 0 and is not divided by the sum of its weights: at first it is far too small.",
    question="All returns so far were 10, and decay is 0.9. Which baseline should the second update get?",
)
baselines.misconception(
    "the_first_batch_weighs_too_much",
    edits=(
        (
            TOTAL,
            "fresh = returns[update - 1].mean()\n"
            "        total = fresh if update == 1 else (1.0 - decay) * fresh + decay * total",
        ),
        (WEIGHT, "weight = 1.0"),
    ),
    message="The running mean starts at the first batch's mean, which then weighs 1/(1 − decay) times as much as its "
    "age allows.",
    question="After two batches with means m₀ and m₁, which weights should they have? And at decay = 1?",
)
baselines.misconception(
    "the_oldest_weighs_most",
    edits=(
        (TOTAL, "total = total + decay ** (update - 1) * returns[update - 1].mean()"),
        (WEIGHT, "weight = weight + decay ** (update - 1)"),
    ),
    message="The powers of decay are given in the wrong order: the oldest batch weighs 1, the latest least.",
    question="The policy changes with every update. Which batch says most about the policy of today?",
)
baselines.misconception(
    "all_earlier_alike",
    edits=((TOTAL, TOTAL.replace("decay * ", "")), (WEIGHT, WEIGHT.replace("decay * ", ""))),
    message="All earlier batches weigh the same: decay has no effect.",
    question="Which share should a batch of age 10 have at decay = 0.5?",
)
baselines.misconception(
    "the_last_batch_only",
    edits=((TOTAL, "total = returns[update - 1].mean()"), (WEIGHT, "weight = 1.0")),
    message="Only the latest batch is used: decay has no effect.",
    question="For which decay is that right?",
)
baselines.misconception(
    "always_double_precision",
    edits=(
        (FULL, "np.full(returns.shape, returns.mean(axis=0, dtype=np.float64))"),
        (LOO, "(returns.sum(axis=0, dtype=np.float64) - returns) / others"),
        ("np.zeros(len(returns), returns.dtype)", "np.zeros(len(returns))"),
    ),
    message="The baselines are float64 whatever the dtype of the returns.",
    question="Which dtype does `np.zeros(n)` have?",
)
baselines.another_form(
    "always_double_precision", edit=("np.zeros(len(returns), returns.dtype)", "np.zeros(len(returns))")
)
baselines.misconception(
    "works_in_place",
    edit=(f"    return {FULL}", "    returns[...] = returns.mean(axis=0)\n    return returns"),
    message="The baseline is written over the returns, so the caller's array changes.",
    question="What will be left of `returns - mean_baseline(returns)` if the call overwrites the returns?",
)
baselines.another_form("works_in_place", edit=(f"    return {LOO}", f"    returns[...] = {LOO}\n    return returns"))
