"""nbgrader's own commands in a copy of the course: nothing but the code a student hands in decides a grade."""

import copy
import html
import json
import re
import shutil
import time

import nbformat
import pytest
from course_copy import ROOT, copied_to, gradebook, run

from autograder import notebooks
from autograder.catalog import EXERCISES, exercise_named
from autograder.reference import solution_source

ATTENTION = exercise_named("attention.positional_multi_head_attention")
SOLUTION, CHECK = (notebooks.cell_of(ATTENTION, role)["id"] for role in ("solution", "check"))
RIGHT = solution_source(ATTENTION)
NBGRADER = {"schema_version": 3, "task": False}

OWN_SOLUTION = """def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION"""
OWN_TEST = """assert double(2) == 4
### BEGIN HIDDEN TESTS
assert double(-3) == -6
### END HIDDEN TESTS"""


def own_cell(identity, source, **flags):
    nbgrader = {**NBGRADER, "grade_id": identity, "locked": False, "grade": False, "solution": False, **flags}
    return nbformat.v4.new_code_cell(source, id=identity, metadata={"nbgrader": nbgrader})


def mine():
    """An instructor's assignment: an exercise of the course between cells of the instructor's own."""
    setup = nbformat.v4.new_code_cell("import numpy as np\n\nfrom autograder import check, hint", id="setup")
    demo = nbformat.v4.new_code_cell("demonstration = 1", id="demo", metadata={"autograder": {"role": "demo"}})
    cells = [setup, own_cell("own-solution", OWN_SOLUTION, solution=True)]
    cells += [own_cell("own-test", OWN_TEST, grade=True, locked=True, points=3), demo]
    for role in ("statement", "solution", "check"):
        cell = nbformat.from_dict(notebooks.cell_of(ATTENTION, role))
        cell.source = "".join(cell.source)
        cells.append(cell)
    cells.append(own_cell("own-second", "assert double(1) == 2", grade=True, locked=True, points=1))
    return nbformat.v4.new_notebook(cells=cells, metadata=notebooks.METADATA)


class Sheet:
    """A released notebook on its way to being handed in."""

    def __init__(self, path):
        self.notebook = nbformat.read(path, 4)

    def cell(self, identity):
        return next(cell for cell in self.notebook.cells if cell.id == identity)

    def solve(self, source=RIGHT):
        self.cell(SOLUTION).source = source
        self.cell("own-solution").source = "def double(x):\n    return 2 * x"

    def add(self, source, at=1):
        self.notebook.cells.insert(at, nbformat.v4.new_code_cell(source))

    def remove(self, identity):
        self.notebook.cells.remove(self.cell(identity))


def right(sheet):
    sheet.solve()


def untouched(sheet):
    pass


def wrong(sheet):
    sheet.solve(RIGHT.replace("axis=1, keepdims", "axis=0, keepdims"))


def tampers(sheet):
    """Edited, blanked and copied test cells, edited metadata, and a helper in a copy of a demonstration."""
    sheet.solve(RIGHT.replace("np.sqrt(", "root("))
    sheet.notebook.cells.insert(0, copy.deepcopy(sheet.cell(CHECK)))
    sheet.notebook.cells[0].id = "a-copy"
    sheet.cell(CHECK).source = ""
    sheet.cell(CHECK).metadata.nbgrader.points = 1000
    sheet.cell(CHECK).metadata.nbgrader.grade = False
    sheet.cell(SOLUTION).metadata.autograder.role = "check"
    sheet.cell("own-test").source = "3.0"
    sheet.cell("own-second").metadata.nbgrader = "nonsense"
    helper = copy.deepcopy(sheet.cell("demo"))
    helper.id, helper.source = "demo-copy", "root = np.sqrt"
    sheet.notebook.cells.insert(2, helper)
    sheet.notebook.metadata.kernelspec = {"name": "no-such-kernel", "display_name": "?", "language": "python"}


def deletes(sheet):
    """A solution with its test, and another test."""
    sheet.solve()
    for identity in (SOLUTION, CHECK, "own-second"):
        sheet.remove(identity)


def deadly(sheet):
    """A right solution among cells that end, hang and flood the kernel, and a warning on stderr."""
    sheet.solve(RIGHT.replace('"""Causal', '"""A', 1) + "\nimport sys\nprint('noise', file=sys.stderr)")
    sheet.add("import os\nos._exit(0)", at=len(sheet.notebook.cells) - 2)
    sheet.add("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass", at=1)
    sheet.add("for _ in range(30_000):\n    print('flood' * 1000)", at=2)


SPY = """import os, subprocess, sys
course = os.path.abspath('../../../..')
for name in ('build/gradebook.db', 'notebooks/mine/mine.ipynb', 'build/submitted/right/mine/mine.ipynb'):
    try:
        print(name, len(open(os.path.join(course, name), 'rb').read()))
    except OSError as error:
        print(name, type(error).__name__)
for folder in (course, course + '/build', course + '/build/submitted/right/mine'):
    try:
        open(folder + '/spoilt', 'w').write('x')
    except OSError:
        pass
open('mine.txt', 'w').write('allowed')
daemon = "import time\\nwhile True:\\n    time.sleep(0.1)  # MARK"
subprocess.Popen([sys.executable, '-c', daemon], start_new_session=True)
print('done')"""


def spies(sheet):
    sheet.solve()
    sheet.add(SPY.replace("MARK", "autograder-test-daemon"))


STUDENTS = (right, untouched, wrong, tampers, deletes, deadly, spies)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course after generate_assignment, autograde and generate_feedback of the assignment `mine`."""
    folder = copied_to(tmp_path_factory.mktemp("course"), "notebooks")
    (folder / "notebooks" / "mine").mkdir()
    nbformat.write(mine(), folder / "notebooks" / "mine" / "mine.ipynb")
    released = run(folder, "nbgrader", "generate_assignment", "mine")
    assert released.returncode == 0, released.stderr
    for student in STUDENTS:
        sheet = Sheet(folder / "build/release/mine/mine.ipynb")
        student(sheet)
        target = folder / "build/submitted" / student.__name__ / "mine"
        target.mkdir(parents=True)
        (target / "mine.ipynb").write_text(json.dumps(sheet.notebook))
    graded = run(folder, "nbgrader", "autograde", "mine")
    assert graded.returncode == 0, graded.stderr
    feedback = run(folder, "nbgrader", "generate_feedback", "mine")
    assert feedback.returncode == 0, feedback.stderr
    return folder


@pytest.fixture(scope="module")
def points(course):
    return gradebook(course)


def autograded(course, student):
    return nbformat.read(course / "build/autograded" / student.__name__ / "mine/mine.ipynb", 4)


def page(course, student):
    """The text of a student's feedback page, without its marks."""
    text = (course / "build/feedback" / student.__name__ / "mine/mine.html").read_text()
    return html.unescape(re.sub(r"<[^>]+>", "", text))


# --- the release


def test_released_cells_hold_the_exercises_starter_and_the_instructors_stub(course):
    sheet = Sheet(course / "build/release/mine/mine.ipynb")
    assert sheet.cell(SOLUTION).source == notebooks.cell_of(ATTENTION, "solution")["metadata"]["autograder"][
        "starter"
    ].strip("\n")
    assert sheet.cell("own-solution").source == "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert sheet.cell("own-test").source == "assert double(2) == 4"


@pytest.mark.parametrize("assignment", sorted({exercise.notebook.split("/")[0] for exercise in EXERCISES}))
def test_no_line_of_a_solution_is_released(course, assignment):
    made = run(course, "nbgrader", "generate_assignment", assignment)
    assert made.returncode == 0, made.stderr
    released = "".join(
        path.read_text() for path in (course / "build/release" / assignment).rglob("*") if path.is_file()
    )
    source = "".join(path.read_text() for path in (ROOT / "notebooks" / assignment).glob("*.ipynb"))
    assert "BEGIN SOLUTION" in source and "BEGIN SOLUTION" not in released
    shown = "".join(shown_code(path) for path in sorted((ROOT / "notebooks" / assignment).glob("*.ipynb")))
    for exercise in EXERCISES:
        if exercise.notebook.startswith(assignment):
            own = notebooks.starter(exercise) + shown
            lines = {line.strip() for line in solution_source(exercise).splitlines()}
            telling = [line for line in lines if len(line) > 20 and line not in own]
            assert [line for line in telling if json.dumps(line)[1:-1] in released] == []


def shown_code(path):
    """All that a notebook shows to everybody: its cells that are no solutions, and the starters."""
    cells = notebooks.read(path)["cells"]
    shown = ["".join(cell["source"]) for cell in cells if cell["metadata"]["autograder"]["role"] != "solution"]
    return "\n".join(shown + [cell["metadata"]["autograder"].get("starter", "") for cell in cells])


# --- grades


def test_a_right_solution_gets_full_marks_and_an_untouched_one_none(points):
    assert points["right"] == {CHECK: 8, "own-test": 3, "own-second": 1}
    assert points["untouched"] == {CHECK: 0, "own-test": 0, "own-second": 0}


def test_partial_credit_is_the_verdicts(points):
    assert points["wrong"][CHECK] == 2  # its inputs are left alone and its widths are checked


def test_edited_copied_and_blanked_cells_and_metadata_change_nothing(points):
    assert points["tampers"] == points["right"]


def test_deleting_a_test_keeps_nothing_back_and_costs_nothing_else(points, course):
    assert points["deletes"] == {CHECK: 0, "own-test": 3, "own-second": 1}
    assert "This cell had been deleted." in page(course, deletes)


def test_cells_that_end_hang_or_flood_the_kernel_cost_the_others_nothing(points, course):
    assert points["deadly"] == points["right"]
    assert "This cell ended the kernel" in page(course, deadly)
    assert "did not react to an interrupt" in page(course, deadly)
    assert (course / "build/autograded/deadly/mine/mine.ipynb").stat().st_size < 50_000_000


# --- feedback


def test_feedback_shows_what_failed_and_names_the_misconception_with_its_question(course):
    text = page(course, wrong)
    assert "not yet, 2 of 8 points" in text
    assert "softmax over the query axis" in text
    assert "For one query, which numbers should be a probability distribution?" in text
    source = (course / "build/feedback/wrong/mine/mine.html").read_text()
    assert 'alt="got − expected"' in source


def test_cells_that_no_exercise_owns_are_marked_as_judged_in_the_kernel(course):
    cells = {cell.id: cell for cell in autograded(course, right).cells}
    assert "Judged in the kernel" in cells["own-test"].outputs[0].data["text/plain"]
    assert all("Judged in the kernel" not in str(output) for output in cells[CHECK].outputs)


# --- what a student's kernel can reach


def test_the_kernel_sees_and_spoils_nothing_outside_its_folder(course, points, jailed):
    (printed,) = (
        cell.outputs[0].text for cell in autograded(course, spies).cells if cell.source.startswith("import os")
    )
    assert printed.splitlines() == [
        "build/gradebook.db FileNotFoundError",
        "notebooks/mine/mine.ipynb FileNotFoundError",
        "build/submitted/right/mine/mine.ipynb FileNotFoundError",
        "done",
    ]
    assert not [path for path in course.rglob("*") if path.name in ("spoilt", "mine.txt")]
    assert points["spies"] == points["right"]


def test_no_process_outlives_the_kernel():
    time.sleep(0.5)
    listed = run(ROOT, "ps", "-eo", "args").stdout
    assert "autograder-test-daemon" not in listed


# --- validate


@pytest.mark.parametrize(("student", "said"), [(right, "Success!"), (wrong, "softmax over the query axis")])
def test_validate_tells_right_from_wrong_and_says_what_is_wrong(course, student, said):
    path = course / "build/submitted" / student.__name__ / "mine/mine.ipynb"
    assert said in run(course, "nbgrader", "validate", str(path)).stdout


def test_a_judge_that_cannot_work_gives_no_grade(course):
    shutil.move(course / "notebooks/mine/mine.ipynb", course / "mine.ipynb")
    try:
        before = gradebook(course)["right"]
        graded = run(course, "nbgrader", "autograde", "mine", "--student", "right", "--force")
        assert graded.returncode != 0
        assert "cannot be read" in graded.stderr
        assert gradebook(course)["right"] == before
    finally:
        shutil.move(course / "mine.ipynb", course / "notebooks/mine/mine.ipynb")
