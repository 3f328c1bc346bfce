"""An exercise as a task for a solver in a folder."""

import pytest

from autograder import get_task
from autograder.catalog import EXERCISES
from autograder.errors import UsageError
from autograder.reference import module_text


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_starter_is_rejected_and_the_reference_accepted(exercise, sandbox, tmp_path):
    task = get_task(exercise.id)
    (written,) = task.setup_task_files(tmp_path)
    assert written.name == exercise.file
    graded = task.grade_solution(tmp_path, sandbox=sandbox)
    assert set(graded) == {"passed", "feedback", "output", "score"}
    assert graded["passed"] is False and graded["score"] < 0.5
    written.write_text(module_text(exercise.reference))
    graded = task.grade_solution(tmp_path, sandbox=sandbox)
    assert graded["passed"] is True and graded["score"] == 1.0


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_prompt_is_complete(exercise):
    prompt = get_task(exercise.id).prompt
    assert exercise.file in prompt and all(name in prompt for name in exercise.defines)


def test_setting_up_never_writes_over_work(tmp_path):
    task = get_task("dropout.variance_stabilized")
    (tmp_path / "dropout.py").write_text("my work")
    assert task.setup_task_files(tmp_path) == []
    assert (tmp_path / "dropout.py").read_text() == "my work"


def test_a_missing_submission_is_a_failed_attempt(tmp_path):
    graded = get_task("dropout.variance_stabilized").grade_solution(tmp_path)
    assert graded["passed"] is False and "there is no file" in graded["feedback"]


def test_the_buggy_colleagues_class_is_a_file_to_repair(tmp_path):
    (written,) = get_task("dropout.variance_stabilized").setup_task_files(tmp_path)
    text = written.read_text()
    assert text.startswith("import numpy as np") and "scale = 1.0 / keep_prob" in text


def test_an_unknown_task_suggests_the_nearest():
    with pytest.raises(UsageError, match=r"did you mean 'dropout\.mask'"):
        get_task("dropout.musk")
