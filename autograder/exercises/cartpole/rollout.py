"""Judgement of `cartpole.rollout`: what happened, and in which order it is learned from.

Environment and policy live with the judge and record everything. Minibatches are judged by samples that carry their
own number: wherever one ends up, all that belongs to it must be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, frequency, holds, identical, raises
from autograder.submission import Submission

from .rollout_case import OF_POLICY, OF_STEP, World, recorded

rollout = Judgement(
    "cartpole.rollout",
    hints=(
        "Write down three steps of one copy that ends after the second. To which episode does each array's row belong?",
        "`observations` is what the action was chosen for. Keep it before `env.step` gives you the next.",
        "`env.step` returns two arrays of observations. They differ where an episode ended. Which one does V of "
        "“what the step led to” need?",
        "For minibatches: reshape each array from (steps, envs, …) to (steps · envs, …), draw one permutation, and "
        "index every array with the same parts of it.",
    ),
)
SIZES = ((4, 3, 2), (1, 1, 3), (3, 1, 1), (1, 4, 2))
"""Steps, envs and size of an observation."""


def some_rollout(rng: np.random.Generator, steps: int, envs: int) -> dict[str, np.ndarray]:
    """Samples that carry their number, in arrays of other shapes and types."""
    number = np.arange(steps * envs).reshape(steps, envs)
    offset = rng.normal(0.0, 1.0, 3).astype(np.float32)
    return {
        "observations": number[..., None].astype(np.float32) + offset,
        "rewards": number.astype(np.float32) + np.float32(0.5),
        "actions": number.copy(),
        "terminated": number % 2 == 0,
    }


def goes_with_its_actions(part: dict[str, Any], name: str, array: np.ndarray) -> bool:
    """Whether this array of a minibatch has the entries of the samples that its actions number."""
    steps, envs = np.divmod(np.array(numbers(part), dtype=int), array.shape[1])
    return isinstance(part[name], np.ndarray) and np.array_equal(part[name], array[steps, envs])


def how_often(found: list[int], samples: int) -> str:
    """In words, how often each sample is in the minibatches."""
    if sorted(found) == list(range(samples)):
        return "once"
    return "some more than once" if len(set(found)) < len(found) else "some not at all"


def order_of(firsts: list[set[int]]) -> str:
    """In words, how the samples of the first minibatch change with the seed."""
    if all(max(first, default=0) - min(first, default=0) < len(first) for first in firsts):
        return "a minibatch is always a stretch of time"
    return "the same for every seed" if all(first == firsts[0] for first in firsts) else "another for each seed"


def numbers(part: Any) -> list[int]:
    """The samples in a minibatch; empty where it is none."""
    actions = part.get("actions") if isinstance(part, dict) else None
    return [int(n) for n in actions] if isinstance(actions, np.ndarray) and actions.ndim == 1 else []


@rollout.check(weight=2)
def records_what_happened(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Observations acted on, actions, log-probabilities, rewards and both kinds of ends are those of each step."""
    for steps, envs, size in SIZES:
        world = World(rng, envs, size)
        got, _ = world.collected(s, world.start, steps)
        yield identical("the number of steps", len(world.record["rewards"]), steps)
        yield from recorded(got, world.expected(), (*OF_POLICY, *OF_STEP))


@rollout.check()
def acts_once_on_what_it_sees(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """In each step the policy acts once, on the latest observations, and these actions are taken."""
    for steps, envs, size in SIZES:
        world = World(rng, envs, size)
        world.collected(s, world.start, steps)
        yield holds("the steps", not world.problem, world.problem)


@rollout.check()
def values_what_it_acted_on(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """values are V of the observations that were acted on."""
    for steps, envs, size in SIZES:
        world = World(rng, envs, size)
        got, _ = world.collected(s, world.start, steps)
        yield from recorded(got, world.expected(), ("values",))


@rollout.check(weight=3)
def values_what_each_step_led_to(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """next_values are V of what each step led to before any new start, where episodes end and where they do not."""
    for ends in (0.0, 0.4, 1.0):
        for steps, envs, size in SIZES:
            world = World(rng, envs, size, ends)
            got, _ = world.collected(s, world.start, steps)
            yield from recorded(got, world.expected(), ("next_values",))


@rollout.check()
def goes_on_where_it_stopped(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """It returns the observations to act on next, from which another rollout goes on."""
    world = World(rng, 3, 2)
    _, following = world.collected(s, world.start, 3)
    yield identical("the observations to go on from", following, world.seen)
    got, _ = world.collected(s, following, 2)
    yield holds("the steps", not world.problem, world.problem)
    yield from recorded(got, world.expected(3), (*OF_POLICY, *OF_STEP, "values", "next_values"))


@rollout.check(weight=2)
def keeps_a_sample_together(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """In each minibatch every array has what belongs to the same samples, (samples, …), in its dtype."""
    for steps, envs, count in ((3, 4, 2), (4, 3, 4), (2, 3, 1), (1, 4, 2), (4, 1, 4)):
        whole = some_rollout(rng, steps, envs)
        parts = s.call("minibatches", whole, count, int(rng.integers(1 << 30)))
        shaped = isinstance(parts, list) and all(isinstance(part, dict) and set(part) == set(whole) for part in parts)
        yield holds("the minibatches", shaped, "minibatches is not a list of dicts with the arrays of the rollout")
        for part in parts:
            which = numbers(part)
            inside = len(which) == steps * envs // count and all(0 <= n < steps * envs for n in which)
            yield holds("the size of a minibatch", inside, f"a minibatch has not {steps * envs // count} samples")
            for name, array in whole.items():
                yield identical(f"the dtype of {name}", str(getattr(part[name], "dtype", "")), str(array.dtype))
        # Which arrays, not which samples: the latter depends on how a solution draws.
        torn = [
            name for name, array in whole.items() if not all(goes_with_its_actions(part, name, array) for part in parts)
        ]
        problem = f"{' and '.join(torn)} of a minibatch belong to other samples than its actions"
        yield identical("what belongs to other samples", torn, [], problem)


@rollout.check(weight=2)
def has_every_sample_once(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The minibatches are as many as asked for, of one size, and have every sample once."""
    for steps, envs, count in ((3, 4, 3), (4, 2, 8), (5, 3, 1), (2, 6, 2)):
        parts = s.call("minibatches", some_rollout(rng, steps, envs), count, int(rng.integers(1 << 30)))
        parts = parts if isinstance(parts, list) else []
        sizes = [len(numbers(part)) for part in parts]
        yield identical("the sizes of the minibatches", sizes, [steps * envs // count] * count)
        often = how_often([n for part in parts for n in numbers(part)], steps * envs)
        yield identical("how often samples come", often, "once", f"of the samples in all minibatches, {often}")


@rollout.check(weight=2)
def shuffles_by_the_seed(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every sample is as likely in every minibatch, each pair as likely together, and the seed decides."""
    steps, envs, trials = 4, 2, 300
    whole = some_rollout(rng, steps, envs)
    seeds = [int(seed) for seed in rng.choice(1 << 30, trials, replace=False)]
    drawn = s.each("minibatches", [(whole, 2, seed) for seed in seeds])
    firsts = [set(numbers(parts[0])) if isinstance(parts, list) and parts else set() for parts in drawn]
    order = order_of(firsts)
    yield identical("the order", order, "another for each seed", f"the order of the samples: {order}")
    for n in range(steps * envs):
        share = sum(n in first for first in firsts)
        yield frequency(f"how often sample {n} is in the first minibatch", share, trials, 1 / 2)
    for a, b, what in ((0, 1, "of one step"), (0, 2, "of one copy"), (1, 4, "of neither")):
        share = sum((a in first) == (b in first) for first in firsts)
        yield frequency(f"how often two samples {what} are in one minibatch", share, trials, 3 / 7)
    again = s.each("minibatches", [(whole, 2, seed) for seed in seeds[:3]])
    same = [set(numbers(parts[0])) if isinstance(parts, list) and parts else set() for parts in again]
    yield identical("the minibatches of a seed", [sorted(x) for x in same], [sorted(x) for x in firsts[:3]])


@rollout.check()
def refuses_unequal_parts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where the samples cannot be parted evenly it raises ValueError."""
    for steps, envs, count in ((3, 4, 5), (1, 3, 2), (2, 2, 8)):
        whole = some_rollout(rng, steps, envs)
        name = f"minibatches of {steps * envs} samples in {count} parts"
        yield raises(name, partial(s.call, "minibatches", whole, count, 0), "ValueError")


@rollout.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Neither the observations nor the rollout are changed."""
    world = World(rng, 3, 2)
    start = s.hold(world.start)
    world.collected(s, start, 3)
    yield identical("the observations", start.fetch(), world.start, "the observations to start from were changed")
    whole = some_rollout(rng, 3, 2)
    held = s.hold(whole)
    s.call("minibatches", held, 2, 1)
    after = held.fetch()
    for name, array in whole.items():
        yield identical(name, after[name], array, f"{name} of the rollout was changed")


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    rollout.misconception(identity, edits=edits, message=message, question=question)


LED_TO, SEEN = '"next_values": actor.value(led_to)', '"observations": seen'
ORDER = "np.random.default_rng(seed).permutation(samples)"

mistake(
    "value_after_the_new_start",
    "Where an episode ended, next_values is V of the next episode's first observation: it belongs to another episode.",
    "At a truncation, what would the agent have seen next if the clock had not run out?",
    (LED_TO, '"next_values": actor.value(observations)'),
)
mistake(
    "next_value_of_the_same_step",
    "next_values is V of what was acted on, not of what the step led to.",
    "Which of the two observations of a step comes after the action?",
    (LED_TO, '"next_values": actor.value(seen)'),
)
mistake(
    "zero_after_any_end",
    "next_values is 0 wherever an episode ended. After a truncation the task would have gone on; and whether an end "
    "counts is for `gae` to decide, which gets both kinds.",
    "Is nothing worth anything after a truncation?",
    (LED_TO, '"next_values": np.where(terminated | truncated, np.float32(0), actor.value(led_to))'),
)
rollout.another_form(
    "zero_after_any_end",
    edit=(LED_TO, '"next_values": np.where(terminated, np.float32(0), actor.value(led_to))'),
)
mistake(
    "stores_the_next_observation",
    "`observations` holds what came after the action, not what it was chosen for.",
    "For which observation was log_probs computed?",
    (SEEN, '"observations": observations'),
)
mistake(
    "stores_what_the_step_led_to",
    "`observations` holds what the step led to, not what the action was chosen for.",
    "For which observation was log_probs computed?",
    (SEEN, '"observations": led_to'),
)
mistake(
    "values_one_step_late",
    "values is V of the observation after the step, not of the one that was acted on.",
    "A_t compares what a step brought with what was expected of it. Expected of which observation?",
    ('"values": actor.value(seen)', '"values": actor.value(observations)'),
)
mistake(
    "acts_on_the_first",
    "The policy acts on the first observations in every step, not on the latest.",
    "Which name must change in the loop?",
    ("observations, rewards, terminated, truncated, led_to =", "following, rewards, terminated, truncated, led_to ="),
    ("buffers.items()}, observations", "buffers.items()}, following"),
)
mistake(
    "acts_on_what_the_step_led_to",
    "Where an episode ended, the policy acts on the last observation of the old episode, although the new one began.",
    "After an end, from which observation does the environment go on?",
    ("observations, rewards, terminated, truncated, led_to =", "_, rewards, terminated, truncated, led_to ="),
    ("row = {\n", "observations = led_to\n        row = {\n"),
)
mistake(
    "ends_merged",
    "terminated is true for both kinds of ends, so nothing can tell them apart any more.",
    "Which kind of end leaves a future, and who has to know it?",
    ('"terminated": terminated', '"terminated": terminated | truncated'),
)
mistake(
    "ends_swapped",
    "terminated and truncated are swapped.",
    "In which order does `env.step` return them?",
    ("rewards, terminated, truncated, led_to =", "rewards, truncated, terminated, led_to ="),
)
mistake(
    "one_step_short",
    "The rollout has one step too few.",
    "How many times is `env.step` to be called?",
    ("range(steps)", "range(steps - 1)"),
)
mistake(
    "not_shuffled",
    "The samples come in the order in which they were collected: a minibatch is a stretch of time, and its samples "
    "resemble each other.",
    "What does a gradient from one moment say about all the others?",
    (ORDER, "np.arange(samples)"),
)
mistake(
    "seed_ignored",
    "The order is the same for every seed, so every epoch has the same minibatches.",
    "What is the seed used for?",
    ("default_rng(seed)", "default_rng(0)"),
)
mistake(
    "another_order_for_each_array",
    "Each array is shuffled by itself: what belonged to one sample is torn apart.",
    "If observations and actions are drawn in different orders, for what was an action chosen?",
    (
        "[{name: array[chosen] for name, array in flat.items()}",
        "[{name: array[np.random.default_rng([seed, i]).permutation(order)[: len(chosen)]] "
        "for i, (name, array) in enumerate(flat.items())}",
    ),
)
mistake(
    "flattened_in_two_orders",
    "Observations are flattened copy by copy and the rest step by step: samples get each other's observations.",
    "Sample number 1 of the flat arrays: which step of which copy is it, in each of them?",
    (
        "array.reshape(samples, *array.shape[2:]) for",
        "(array.swapaxes(0, 1) if array.ndim > 2 else array).reshape(samples, *array.shape[2:]) for",
    ),
)
mistake(
    "drawn_with_replacement",
    "Samples are drawn with replacement: some come twice in an epoch, and others never.",
    "After one epoch, how often should each sample have been used?",
    (ORDER, "np.random.default_rng(seed).integers(0, samples, samples)"),
)
mistake(
    "shuffles_steps_only",
    "Whole steps are shuffled, so the copies of one step always stay together.",
    "Are two samples of one step independent of each other?",
    (
        ORDER,
        "(np.random.default_rng(seed).permutation(steps)[:, None] * envs + np.arange(envs)).ravel()",
    ),
)
mistake(
    "drops_the_rest",
    "Samples that do not fill a minibatch are dropped in silence; the statement asks for a ValueError.",
    "Who would notice that a part of the data is never used?",
    (
        '        raise ValueError(f"{samples} samples do not make {count} equal minibatches")\n',
        "        pass\n",
    ),
    ("np.array_split(order, count)", "np.split(order[: samples // count * count], count)"),
)
