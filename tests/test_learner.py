"""What a learner sees in a notebook: `check` and `hint`, in a real kernel."""

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from autograder import check, hint
from autograder.errors import UsageError
from autograder.learner import NotYet
from autograder.reference import module_text

ATTENTION = "attention.positional_multi_head_attention"
RIGHT = module_text("curriculum.attention")


def outputs_of(*sources):
    """Run cells in a fresh kernel; the outputs of the last."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return notebook.cells[-1].outputs


def namespace_of(source):
    namespace = {}
    exec(source, namespace)
    return namespace


def test_check_in_a_kernel_shows_html_with_a_picture_where_an_array_went_wrong():
    wrong = RIGHT.replace("axis=1, keepdims", "axis=0, keepdims")
    (output,) = outputs_of("from autograder import check", wrong, f'check("{ATTENTION}")')
    page = output["data"]["text/html"]
    assert "softmax over the query axis" in page
    assert "data:image/png;base64," in page
    assert "not yet" in output["data"]["text/plain"]


def test_check_in_a_kernel_accepts_the_right_solution():
    (output,) = outputs_of("from autograder import check", RIGHT, f'check("{ATTENTION}")')
    assert "passed, 8 of 8 points" in output["data"]["text/plain"]


def test_check_is_plain_text_on_a_terminal():
    text = repr(check(ATTENTION, namespace_of(RIGHT)))
    assert text.startswith(f"{ATTENTION}: passed") and "<" not in text


def test_check_before_the_solution_is_run_says_so():
    assert "run the cell that defines it" in repr(check(ATTENTION, {}))


def test_check_of_an_unfinished_solution_names_the_line():
    unfinished = "def positional_multi_head_attention(*args):\n    raise NotImplementedError('your code here')"
    feedback = check(ATTENTION, namespace_of(unfinished))
    assert not feedback.passed
    assert "NotImplementedError: your code here" in repr(feedback)


def test_check_leaves_the_learners_random_state_alone():
    np.random.seed(5)
    before = np.random.get_state()[1].copy()
    check(ATTENTION, namespace_of(RIGHT))
    assert np.array_equal(np.random.get_state()[1], before)


def test_hints_come_in_stages_and_end():
    assert "hint 1 of 4" in repr(hint(ATTENTION))
    assert "the last" in repr(hint(ATTENTION, 4))
    with pytest.raises(UsageError, match="hints 1 to 4"):
        hint(ATTENTION, 5)


def test_where_nbgrader_runs_the_notebook_the_plain_text_is_the_score(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    wrong = RIGHT.replace("axis=1, keepdims", "axis=0, keepdims")
    for source, score in ((RIGHT, 8), (wrong, 2)):
        assert float(check(ATTENTION, namespace_of(source))._repr_mimebundle_()["text/plain"]) == score


def test_under_nbgrader_validate_a_verdict_short_of_full_marks_is_an_error_that_fits_its_lines(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert check(ATTENTION, namespace_of(RIGHT)).passed
    with pytest.raises(NotYet, match="softmax over the query axis") as raised:
        check(ATTENTION, namespace_of(RIGHT.replace("axis=1, keepdims", "axis=0, keepdims")))
    assert max(map(len, raised.value._render_traceback_())) <= 80
