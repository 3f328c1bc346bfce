"""Judgement of `rlhf.adaptive_kl`: a coefficient that is steered until the KL is at its target.

Ziegler et al. 2019, section 2.2. The oracle is the recursion, written out in plain numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, raises
from autograder.submission import Remote, Submission

adaptive_kl = Judgement(
    "rlhf.adaptive_kl",
    hints=(
        "The policy has gone too far: the KL is above its target. Should a nat cost more from now on, or less?",
        "The error is relative: (kl − target) / target. It is 0 where nothing has to change, and −1 for a KL of 0.",
        "Bound the error to ±0.2 first. Then it becomes a factor close to 1: 1 + error · steps / horizon.",
        "`self.value *= 1 + max(-0.2, min(0.2, kl / self.target - 1)) * steps / self.horizon`",
    ),
)
NAME = "AdaptiveKLController"
Updates = Sequence[tuple[float, int]]


def by_definition(init: float, target: float, horizon: float, updates: Updates) -> list[float]:
    """The coefficient after each update."""
    found, value = [], init
    for kl, steps in updates:
        relative = (kl - target) / target
        if relative > 0.2:
            relative = 0.2
        if relative < -0.2:
            relative = -0.2
        value = value + value * relative * steps / horizon
        found.append(value)
    return found


def seen(controller: Remote, where: str, expected: float) -> Iterator[Observation]:
    """`value` now, beside what it should be."""
    got = controller.get("value")
    plain = isinstance(got, float)
    yield holds(f"the type of value {where}", plain, f"value {where} is not a float of Python")
    yield close(f"value {where}", got, expected)


def followed(
    s: Submission, where: str, settings: tuple[float, float, float], updates: Updates
) -> Iterator[Observation]:
    """A controller's value after each of some updates."""
    controller = s.build(NAME, *settings)
    for number, ((kl, steps), right) in enumerate(zip(updates, by_definition(*settings, updates), strict=True), 1):
        controller.tell("update", kl, steps)
        yield from seen(controller, f"after update {number} {where}", right)


def draw(rng: np.random.Generator) -> tuple[float, float, float]:
    """A coefficient, a target and a horizon, of which no two are alike."""
    return float(rng.uniform(0.05, 0.4)), float(rng.uniform(3.0, 9.0)), float(rng.integers(500, 2000))


@adaptive_kl.check(weight=1)
def begins_at_the_initial_coefficient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Before any update, `value` is init_kl_coef; settings can be given by name."""
    init, target, horizon = draw(rng)
    controller = s.build(NAME, init_kl_coef=init, target=target, horizon=horizon)
    yield from seen(controller, "before any update", init)
    controller.tell("update", kl=1.1 * target, steps=64)
    yield from seen(controller, "after an update", init * (1.0 + 0.1 * 64 / horizon))


@adaptive_kl.check(weight=3)
def is_proportional_near_the_target(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Within 20% of the target, the coefficient changes by the relative error times steps / horizon."""
    settings = draw(rng)
    for factor in (1.15, 0.85, 1.0, float(rng.uniform(0.82, 0.97)), float(rng.uniform(1.03, 1.18))):
        updates = [(factor * settings[1], int(rng.integers(50, 400)))]
        yield from followed(s, f"with a KL of {factor:.2f} times the target", settings, updates)


@adaptive_kl.check(weight=2)
def believes_no_more_than_20_percent(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Further away from the target, on either side, the error counts as 20%; a KL below 0 is no exception."""
    settings = draw(rng)
    for kl in (10.0 * settings[1], 1.3 * settings[1], 0.7 * settings[1], 0.0, -2.0 * settings[1]):
        updates = [(kl, int(rng.integers(50, 400)))]
        yield from followed(s, f"with a KL of {kl / settings[1]:.1f} times the target", settings, updates)


@adaptive_kl.check(weight=3)
def remembers(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each update starts from the value that the last one left; two controllers have nothing in common."""
    settings = draw(rng)
    updates = [(float(rng.uniform(0.5, 1.5)) * settings[1], int(rng.integers(50, 400))) for _ in range(6)]
    yield from followed(s, "of six", settings, updates)
    one, other = s.build(NAME, *settings), s.build(NAME, *settings)
    one.tell("update", 2.0 * settings[1], 100)
    yield from seen(other, "of a controller beside one that was updated", settings[0])


@adaptive_kl.check(weight=1)
def refuses_what_cannot_be(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A coefficient, target or horizon that is not above 0 raises ValueError; small ones are allowed."""
    right = draw(rng)
    for place, name in enumerate(("coefficient", "target", "horizon")):
        for bad in (0.0, -1.0):
            settings = [*right[:place], bad, *right[place + 1 :]]
            yield raises(f"a {name} of {bad:g}", partial(s.build, NAME, *settings), "ValueError")
    small = (float(rng.uniform(0.01, 0.9)), float(rng.uniform(0.1, 0.9)), 1.0)
    yield from followed(s, "with a small target and a horizon of 1", small, [(small[1] * 1.1, 1)])


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    adaptive_kl.misconception(identity, edits=edits, message=message, question=question)


def also(identity: str, *edits: tuple[str, str]) -> None:
    adaptive_kl.another_form(identity, edits=edits)


ERROR = "error = max(-0.2, min(0.2, kl / self.target - 1.0))"
STEP = "self.value *= 1.0 + error * steps / self.horizon"
CHECKED = "if not (init_kl_coef > 0 and target > 0 and horizon > 0):"

mistake(
    "steers_the_wrong_way",
    "A KL above the target makes the coefficient smaller: the further the policy goes, the less it pays.",
    "The policy is too far away. Should a nat cost more, or less?",
    (ERROR, "error = max(-0.2, min(0.2, 1.0 - kl / self.target))"),
)
mistake(
    "error_not_bounded",
    "The error is not bounded: one batch with a KL of ten times the target throws the coefficient far off.",
    "What does a KL of 10 · target do to the coefficient in your function, and what in one that believes 20%?",
    (ERROR, "error = kl / self.target - 1.0"),
)
mistake(
    "bounded_above_only",
    "Only errors above are bounded: a batch with a KL near 0 sends the coefficient down five times as fast as it can "
    "come up.",
    "In how many ways can the error be large?",
    (ERROR, "error = min(0.2, kl / self.target - 1.0)"),
)
mistake(
    "error_in_nats",
    "The error is in nats, not relative to the target: a bound of 0.2 nats is reached at once.",
    "A KL of 6.3 for a target of 6: by how many percent is it off?",
    (ERROR, "error = max(-0.2, min(0.2, kl - self.target))"),
)
mistake(
    "relative_to_the_kl",
    "The error is taken relative to the KL that was measured, not to the target.",
    "By which of the two should the difference be divided, if the policy has not moved at all and its KL is 0?",
    (ERROR, "error = max(-0.2, min(0.2, 1.0 - self.target / kl if kl else -1.0))"),
)
mistake(
    "bounded_after_the_step",
    "The product of error and steps / horizon is bounded, not the error: for small steps nothing is bounded.",
    "Which number is not to be believed beyond 20%: the error of this batch, or the change of the coefficient?",
    (ERROR, "error = kl / self.target - 1.0"),
    (STEP, "self.value *= 1.0 + max(-0.2, min(0.2, error * steps / self.horizon))"),
)
mistake(
    "adds_to_the_coefficient",
    "The change is added, not multiplied: the same error moves a small coefficient by many times itself, and may send "
    "it below 0.",
    "A coefficient of 0.001 and one of 1: should the same error change both by the same amount, or by the same share?",
    (STEP, "self.value += error * steps / self.horizon"),
)
mistake(
    "steps_ignored",
    "The number of texts has no effect: a larger batch would steer more slowly.",
    "Two batches of 64 texts, or one of 128: should the coefficient end in about the same place?",
    (STEP, "self.value *= 1.0 + error / self.horizon"),
)
mistake(
    "horizon_ignored",
    "The horizon has no effect: the coefficient jumps with every batch.",
    "In how many texts should an error of 10% change the coefficient by 10%?",
    (STEP, "self.value *= 1.0 + error"),
)
also("horizon_ignored", (STEP, "self.value *= 1.0 + error * steps"))
mistake(
    "starts_over",
    "Each update starts from the initial coefficient: a lasting error never adds up.",
    "What should happen if the KL is 10% above its target in a hundred batches?",
    ("self.value = init_kl_coef\n", "self.value = self.init = init_kl_coef\n"),
    (STEP, "self.value = self.init * (1.0 + error * steps / self.horizon)"),
)
mistake(
    "shared_by_all",
    "The coefficient belongs to the class: two controllers steer the same one.",
    "What is the difference between `self.value` and a value of the class?",
    ("self.value = init_kl_coef\n", "type(self).value = init_kl_coef\n"),
    (STEP, "type(self).value *= 1.0 + error * steps / self.horizon"),
)
mistake(
    "accepts_anything",
    "A target or horizon of 0 is accepted, and the first update divides by it.",
    "What is the relative error for a target of 0?",
    (CHECKED, "if False:"),
)
