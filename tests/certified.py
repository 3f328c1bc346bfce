"""`test_certified = certified("attention")` is all that a chapter's grader needs by way of tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.catalog import EXERCISES
from autograder.certificate.certify import certify, defects
from autograder.certificate.trying import FAST


def certified(chapter: str) -> Callable[[str, Path], None]:
    """The fast form of `autograder certify`, for each exercise of a chapter."""

    @pytest.mark.parametrize(
        "exercise", [exercise for exercise in EXERCISES if exercise.chapter == chapter], ids=lambda e: e.id
    )
    def test(exercise, tmp_path: Path) -> None:
        [certificate] = certify([exercise], FAST, done=tmp_path)
        assert defects(certificate) == []

    return test
