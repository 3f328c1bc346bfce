"""Graders that are weaker than they should be: no learner meets them, and a policy is rewarded by them in chapter 5.

Each is made from the judgement of a real exercise by leaving checks out, or what a check looks at, or by a tolerance.
Their misconceptions are those of the real one, so that the certificate can be asked what they let pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from autograder.catalog import exercise_named, judgement_of
from autograder.exercise import Check, Judgement
from autograder.observation import Observation, comparable
from autograder.submission import Submission


def weakened(
    identity: str,
    real_id: str,
    left_out: tuple[str, ...] = (),
    looks_at: Callable[[str], bool] = lambda name: True,
    tolerance: float = 0.0,
) -> Judgement:
    """The real judgement without the checks `left_out`, with an eye only for what it `looks_at`, and less exact."""
    real = judgement_of(exercise_named(real_id))
    weak = Judgement(identity, real.hints)
    weak.misconceptions = list(real.misconceptions)
    for check in real.checks:
        if check.id not in left_out:
            weak.checks.append(replace(check, run=_lenient(check, looks_at, tolerance)))
    return weak


def _lenient(check: Check, looks_at: Callable[[str], bool], tolerance: float) -> Callable[..., Iterator[Observation]]:
    def run(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        for seen in check.run(s, rng):
            if looks_at(seen.name):
                yield seen if seen.passed else replace(seen, passed=_near(seen, tolerance))

    return run


def _near(seen: Observation, tolerance: float) -> bool:
    """Whether numbers are right to a share `tolerance` of the largest."""
    got, expected = comparable(seen.got), comparable(seen.expected)
    if not (tolerance and isinstance(got, np.ndarray) and isinstance(expected, np.ndarray)):
        return False
    return got.shape == expected.shape and bool(
        np.all(np.abs(got - expected) <= tolerance * np.max(np.abs(expected), initial=0.0))
    )


OF_THE_SCALE = ("scales_survivors", "scales_every_input_alike")
AT_OTHER_RATES = ("scales_every_input_alike", "changes_nothing_at_rate_zero", "returns_a_new_array")
OF_ENDS = (
    *("agrees_with_the_definition", "both_ends_of_lambda", "nothing_comes_after_a_termination"),
    *("a_value_stands_for_what_was_cut_off", "smallest_cases", "keeps_shape_and_dtype"),
)
OF_LATER_STEPS = (
    *("agrees_with_the_definition", "each_of_the_six_cases", "data_gets_no_gradient", "any_precision_and_layout"),
)


def _at_rate(rate: float) -> Callable[[str], bool]:
    """An eye for a scale at one rate alone."""
    return lambda name: "scale" not in name or f"at rate {rate}" in name


no_mean = weakened("weakened.no_mean", "dropout.inverted", left_out=OF_THE_SCALE)
one_rate = weakened("weakened.one_rate", "dropout.inverted", left_out=AT_OTHER_RATES, looks_at=_at_rate(0.5))
ten_percent = weakened(
    "weakened.ten_percent", "dropout.inverted", left_out=AT_OTHER_RATES, looks_at=_at_rate(0.3), tolerance=0.1
)
never_ends = weakened("weakened.never_ends", "ppo.gae", left_out=OF_ENDS)
first_step = weakened(
    "weakened.first_step",
    "ppo.clipped_surrogate",
    left_out=OF_LATER_STEPS,
    looks_at=lambda name: name != "the gradient",
)
