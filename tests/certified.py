"""`test_certified = certified("attention")` is all that a chapter's grader needs by way of tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.catalog import EXERCISES
from autograder.certificate.certify import Certificate, defects


def certified(chapter: str) -> Callable[..., None]:
    """The fast form of `autograder certify`, for each exercise of a chapter."""

    @pytest.mark.parametrize(
        "exercise", [exercise for exercise in EXERCISES if exercise.chapter == chapter], ids=lambda e: e.id
    )
    def test(exercise, certificates: dict[str, Certificate]) -> None:
        assert defects(certificates[exercise.id]) == []

    return test
