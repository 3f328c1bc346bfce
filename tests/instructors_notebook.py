"""An nbgrader source notebook as an instructor may have it, written by hand: some of its cells are ours, some not."""

import json

import nbformat

SETUP = "import numpy as np"
FIRST_TEST = """rows = softmax(np.array([[1.0, 2.0], [3.0, 5.0]]))
assert np.allclose(rows.sum(axis=-1), 1)
### BEGIN HIDDEN TESTS
assert np.isfinite(softmax(np.array([1000.0, 1000.0]))).all(), "a secret"
### END HIDDEN TESTS"""
SECOND_TEST = "assert softmax(np.zeros((2, 3)), axis=0).shape == (2, 3)"
DOUBLE_TEST = "assert double(2) == 4"
MASK_TEST = "assert causal_mask(3).tolist() == [[False, False, False], [True, False, False], [True, True, False]]"
HEADS_TEST = "assert merge_heads(np.zeros((1, 2, 3, 4))).shape == (1, 3, 8)"
RENAMED_TEST = "assert smooth_max(np.zeros(2)).sum() == 1"
MIXED_TEST = "assert double(softmax(np.zeros(1))) == 2"


def solved(head, *lines):
    return "\n    ".join([head, "### BEGIN SOLUTION", *lines, "### END SOLUTION"])


SOFTMAX = solved(
    "def softmax(x, axis=-1):",
    "e = np.exp((x - x.max(axis=axis, keepdims=True)).astype(np.float64))",
    "return (e / e.sum(axis=axis, keepdims=True)).astype(x.dtype)",
)
DOUBLE = solved("def double(x):", "return 2 * x")
MASK = solved("def causal_mask(time):", "return np.tril(np.ones((time, time), dtype=bool), k=-1)")  # hides the diagonal
HEADS = solved("def merge_heads(x):", "return x.swapaxes(1, 2).reshape(x.shape[0], x.shape[2], -1)")
RENAMED = solved("def smooth_max(x, axis=-1):", "return softmax(x, axis)")


def cell(identity, source, **flags):
    nbgrader = {"schema_version": 3, "grade_id": identity, "task": False}
    nbgrader |= {"locked": False, "grade": False, "solution": False, **flags}
    return nbformat.v4.new_code_cell(source, id=identity, metadata={"nbgrader": nbgrader})


def answer(identity, source):
    return cell(identity, source, solution=True)


def test_cell(identity, source, points):
    return cell(identity, source, grade=True, locked=True, points=points)


test_cell.__test__ = False


def instructors():
    cells = [
        nbformat.v4.new_markdown_cell("# Ünsere Übung → mine", id="title"),
        nbformat.v4.new_code_cell(SETUP, id="setup"),
        answer("softmax", SOFTMAX),
        test_cell("softmax-sums", FIRST_TEST, 3),
        test_cell("softmax-axis", SECOND_TEST, 2),
        answer("double", DOUBLE),
        test_cell("double-test", DOUBLE_TEST, 4),
        answer("mask", MASK),
        test_cell("mask-test", MASK_TEST, 1),
        answer("heads", HEADS),
        test_cell("heads-test", HEADS_TEST, 1),
        answer("renamed", RENAMED),
        test_cell("renamed-test", RENAMED_TEST, 1),
        test_cell("mixed-test", MIXED_TEST, 1),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def written(path, notebook, **style):
    path.write_text(json.dumps(notebook, **{"indent": 1, "ensure_ascii": False, **style}) + "\n", encoding="utf-8")
    return path
