"""What is not written yet is no misunderstanding; what is written beside it is named all the same."""

import pytest

from autograder import diagnosis
from autograder.catalog import EXERCISES
from autograder.classroom.drawn_programs import cells_alone, starters
from autograder.judge import grade

STARTERS = {exercise: starters(exercise)[0].source for exercise in EXERCISES}
UNWRITTEN = [exercise for exercise, starter in STARTERS.items() if "raise NotImplementedError" in starter]
HALF_WRITTEN = """
def split_heads(x, n_head):
    batch, time, d_model = x.shape
    if d_model % n_head:
        raise ValueError("the heads do not divide the width")
    return x.reshape(batch, time, d_model // n_head, n_head).transpose(0, 3, 1, 2)


def merge_heads(x):
    raise NotImplementedError
"""


def test_nearly_all_exercises_start_from_something_unwritten():
    assert len(UNWRITTEN) > 0.9 * len(EXERCISES)


@pytest.mark.parametrize("exercise", UNWRITTEN, ids=lambda exercise: exercise.id)
def test_a_starter_is_compared_with_no_misconception(exercise, sandbox, monkeypatch):
    """To run them all takes seconds, in which a class of unfinished notebooks would wait for nothing."""
    monkeypatch.setattr(diagnosis, "programs_of", lambda exercise: pytest.fail("a misconception was planted"))
    verdict = grade(exercise, cells_alone(exercise, STARTERS[exercise]), sandbox=sandbox)
    assert not verdict.passed and verdict.diagnosis == ()


def test_a_mistake_beside_something_unwritten_is_named(sandbox):
    verdict = grade("attention.split_and_merge_heads", HALF_WRITTEN, sandbox=sandbox)
    assert [found.id for found in verdict.diagnosis] == ["head_takes_every_nth_column"]
