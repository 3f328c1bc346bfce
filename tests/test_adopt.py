"""An instructor's own notebook: which grade cells become ours, and that the adopted copy works in real nbgrader."""

import copy
import json
import subprocess
import sys
import textwrap

import nbformat
import pytest
from click.testing import CliRunner
from course_copy import copied_to, gradebook, run
from instructors_notebook import DOUBLE, HEADS, MASK, RENAMED, SETUP, SOFTMAX, answer, instructors, test_cell, written

from autograder.classroom import adopt
from autograder.classroom.instructors import Source
from autograder.errors import UsageError


def called(*arguments):
    return CliRunner().invoke(adopt.command, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def adopted(tmp_path_factory):
    """The instructor's notebook, its adopted copy, and what the command printed."""
    folder = tmp_path_factory.mktemp("instructor")
    source, target = written(folder / "mine.ipynb", instructors()), folder / "adopted.ipynb"
    before = source.read_bytes()
    result = called(source, "-o", target, "--json")
    assert result.exit_code == 0, result.output
    assert source.read_bytes() == before
    return source, target, result


@pytest.fixture(scope="module")
def found(adopted):
    return {item["grade_id"]: item for item in json.loads(adopted[2].stdout)["cells"]}


# --- the findings


def test_a_cell_whose_exercise_the_notebooks_own_solution_passes_is_ours(found):
    for identity, points in (("softmax-sums", 3), ("softmax-axis", 2)):
        assert found[identity]["verdict"] == "ours"
        assert (found[identity]["exercise"], found[identity]["points"]) == ("attention.softmax", points)


def test_a_solution_that_fails_ours_is_named_with_its_misconception(found):
    assert found["mask-test"]["verdict"] == "not ours, although the names fit"
    assert found["mask-test"]["exercise"] == "attention.causal_mask"
    assert "itself" in found["mask-test"]["why"]


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        ("double-test", "no exercise asks for double"),
        ("heads-test", "nearly attention.split_and_merge_heads, which asks for split_heads too"),
        ("renamed-test", "nearly attention.softmax: smooth_max(x, axis) has the parameters of its softmax"),
        ("mixed-test", "it uses double besides what attention.softmax would judge"),
    ],
)
def test_all_else_stays_in_the_kernel_and_is_told_why(found, identity, said):
    assert found[identity]["verdict"] == "judged in the kernel"
    assert said in found[identity]["why"]


def test_the_table_names_each_cell_and_prints_no_hidden_test(adopted):
    printed = called(adopted[0]).output
    assert all(name in printed for name in ("softmax-sums", "ours attention.softmax", "judged in the kernel"))
    assert "attention.softmax judges 2 cells, each on the scale of its own points." in printed
    assert "secret" not in printed + adopted[2].output


def test_different_parameters_are_told_where_the_solution_fails(tmp_path):
    other = SOFTMAX.replace("x, axis=-1", "x, temperature").replace("axis=axis", "axis=-1")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(SETUP), answer("a", other), test_cell("t", "softmax(np.zeros(2), 1.0)", 1)]
    )
    result = called(written(tmp_path / "other.ipynb", notebook))
    assert result.exit_code == 1
    assert "it takes (x, temperature) and ours (x, axis); " in result.output


def test_nbgraders_generated_tests_count_as_uses(tmp_path):
    notebook = instructors()
    notebook.cells[3].source = "### AUTOTEST softmax(np.ones(3)); softmax(np.ones(2))"
    source = Source(written(tmp_path / "mine.ipynb", notebook))
    assert source.grade_cells[0].names == {"softmax"}


# --- the copy


def test_the_copy_differs_in_the_adopted_cells_and_the_import_alone(adopted):
    source, target, _ = adopted
    expected = copy.deepcopy(instructors())
    expected.cells[1].source = "import numpy as np\n\nfrom autograder import check"
    for index in (3, 4):
        expected.cells[index].source = 'check("attention.softmax")'
        expected.cells[index].metadata["autograder"] = {"exercise": "attention.softmax", "role": "check"}
    assert json.loads(target.read_text(encoding="utf-8")) == expected
    old, new = (path.read_text(encoding="utf-8").splitlines() for path in (source, target))
    assert len([line for line in new if line not in old]) == 5  # the import, and in each cell its source and its role


@pytest.mark.parametrize("style", [{"indent": 4}, {"indent": None}, {"ensure_ascii": True, "sort_keys": True}])
@pytest.mark.parametrize("as_lines", [True, False])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_whatever_the_files_style_all_else_keeps_its_bytes(tmp_path, style, as_lines, ending):
    style = {"indent": 1, "ensure_ascii": False, **style}
    notebook = json.loads(json.dumps(instructors()))
    for item in notebook["cells"]:
        item["source"] = item["source"].splitlines(keepends=True) if as_lines else item["source"]
    path = written(tmp_path / "mine.ipynb", notebook, **style)
    path.write_bytes(path.read_bytes().replace(b"\n", ending.encode()))
    source = Source(path)
    assert source.adopted({}).encode() == path.read_bytes()
    text = source.adopted({cell.index: cell.fitting[0] for cell in source.grade_cells[:2]})
    cells = json.loads(text)["cells"]
    assert "".join(cells[1]["source"]) == "import numpy as np\n\nfrom autograder import check"
    assert ["".join(cells[index]["source"]) for index in (3, 4)] == ['check("attention.softmax")'] * 2
    margin = " " * 2 * (style["indent"] or 0)
    for index, item in enumerate(notebook["cells"]):
        if index not in (1, 3, 4):
            as_it_was = textwrap.indent(json.dumps(item, **style), margin).strip().replace("\n", ending)
            assert as_it_was in source.text and as_it_was in text
    assert text.endswith(source.text[source.text.index('"mixed-test"') :])


def test_without_a_setup_the_import_gets_a_cell_of_its_own(tmp_path):
    notebook = instructors()
    del notebook.cells[1]
    notebook.cells[1].source = SETUP + "\n" + SOFTMAX
    path = written(tmp_path / "mine.ipynb", notebook)
    assert called(path, "-o", tmp_path / "adopted.ipynb").exit_code == 0
    cells = nbformat.read(tmp_path / "adopted.ipynb", 4).cells
    assert [item.source for item in cells[1:3]] == ["from autograder import check", notebook.cells[1].source]
    nbformat.validate(nbformat.read(tmp_path / "adopted.ipynb", 4))


def test_an_adopted_notebook_is_recognised_and_adopting_it_again_changes_nothing(adopted, tmp_path):
    _, target, _ = adopted
    result = called(target, "-o", tmp_path / "again.ipynb")
    assert result.output.count("ours attention.softmax") == 2
    assert result.output.count("adopted already") == 2
    assert (tmp_path / "again.ipynb").read_bytes() == target.read_bytes()


def test_the_command_is_imported_without_anything_heavy():
    heavy = "{'numpy', 'torch', 'nbgrader', 'nbformat'} & set(sys.modules)"
    code = f"import sys, autograder.classroom.adopt; sys.exit(bool({heavy}))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# --- what cannot be used is said in one sentence


def without(predicate):
    notebook = instructors()
    notebook.cells = [item for item in notebook.cells if not predicate(item)]
    return json.dumps(notebook)


def released():
    notebook = instructors()
    for item in notebook.cells:
        if item.metadata.get("nbgrader", {}).get("solution"):
            item.source = (
                item.source.split("    ### BEGIN")[0] + "    # YOUR CODE HERE\n    raise NotImplementedError()"
            )
    return json.dumps(notebook)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no file"),
        ("not JSON", "it is not JSON"),
        ('{"worksheets": []}', "not a notebook of format 4"),
        (without(lambda item: item.metadata.get("nbgrader", {}).get("grade")), "has no autograded cell"),
        (released(), "is without its solutions, as a release is"),
    ],
)
def test_what_is_no_source_notebook_is_refused_in_one_sentence(tmp_path, content, said):
    path = tmp_path / "mine.ipynb"
    if content is not None:
        path.write_text(content)
    result = called(path)
    assert isinstance(result.exception, UsageError)  # the command line renders it so, and exits with 2
    assert said in str(result.exception)


@pytest.mark.parametrize("name", ["mine.ipynb", "nowhere/adopted.ipynb"])
def test_nothing_is_overwritten_and_no_folder_is_made_up(tmp_path, name):
    path = written(tmp_path / "mine.ipynb", instructors())
    before = path.read_bytes()
    assert isinstance(called(path, "-o", tmp_path / name).exception, UsageError)
    assert path.read_bytes() == before


def test_a_check_of_the_notebooks_own_is_not_hidden(tmp_path):
    notebook = instructors()
    notebook.cells[1].source += "\n\ndef check(x):\n    return x"
    result = called(written(tmp_path / "mine.ipynb", notebook), "-o", tmp_path / "adopted.ipynb")
    assert "defines a check of its own" in str(result.exception)


# --- the adopted copy in nbgrader

UNIFORM = "def softmax(x, axis=-1):\n    return np.full(x.shape, 1 / x.shape[axis])"  # passes both of the asserts


@pytest.fixture(scope="module")
def course(adopted, tmp_path_factory):
    """A copy of the course after generate_assignment and autograde of the adopted notebook."""
    folder = copied_to(tmp_path_factory.mktemp("course"))
    (folder / "notebooks/adopted").mkdir(parents=True)
    (folder / "notebooks/adopted/adopted.ipynb").write_bytes(adopted[1].read_bytes())
    made = run(folder, "nbgrader", "generate_assignment", "adopted")
    assert made.returncode == 0, made.stderr
    for student, first in (("right", SOFTMAX), ("uniform", UNIFORM)):
        sheet = nbformat.read(folder / "build/release/adopted/adopted.ipynb", 4)
        answers = [first, DOUBLE, MASK, HEADS, RENAMED]
        for item in sheet.cells:
            if item.metadata.get("nbgrader", {}).get("solution"):
                assert "YOUR CODE HERE" in item.source
                item.source = (
                    answers.pop(0).replace("    ### BEGIN SOLUTION\n", "").replace("\n    ### END SOLUTION", "")
                )
        target = folder / "build/submitted" / student / "adopted"
        target.mkdir(parents=True)
        nbformat.write(sheet, target / "adopted.ipynb")
    graded = run(folder, "nbgrader", "autograde", "adopted")
    assert graded.returncode == 0, graded.stderr
    return folder


def test_a_right_student_gets_full_marks_in_the_adopted_copy(course):
    points = {"softmax-sums": 3, "softmax-axis": 2, "double-test": 4, "mask-test": 1}
    points |= {"heads-test": 1, "renamed-test": 1, "mixed-test": 1}
    assert gradebook(course)["right"] == points


def test_a_wrong_answer_that_the_asserts_accept_loses_points_on_each_cells_own_scale(course):
    points = gradebook(course)["uniform"]
    assert points["softmax-sums"] < 3
    assert points["softmax-axis"] / 2 == pytest.approx(points["softmax-sums"] / 3)


def test_a_cell_that_stays_the_instructors_is_marked_as_judged_in_the_kernel(course):
    notebook = nbformat.read(course / "build/autograded/right/adopted/adopted.ipynb", 4)
    shown = {
        item.metadata.nbgrader.grade_id: str(item.outputs)
        for item in notebook.cells
        if "nbgrader" in item.metadata and item.cell_type == "code"
    }
    assert "Judged in the kernel" in shown["double-test"]
    assert "Judged in the kernel" not in shown["softmax-sums"]
    assert "attention.softmax: passed" in shown["softmax-sums"]
