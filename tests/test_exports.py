"""The gradebook's CSV for Canvas and Moodle, made from a real gradebook and read back."""

import csv
import datetime
import subprocess
import sys

import pytest
from course_copy import ENVIRONMENT, copied_to, run

from autograder.classroom import exports
from autograder.errors import UsageError

DUE = datetime.datetime(2026, 11, 1)
STUDENTS = {
    "jm": {"first_name": "Jörg", "last_name": "Müller", "email": "jm@uni.de", "lms_user_id": "4711"},
    "ann": {"first_name": 'Ann "Annie"', "last_name": "O'Neil, Jr.", "email": "ann@uni.de", "lms_user_id": "sis-12"},
    "eve": {"first_name": "@import", "last_name": '=HYPERLINK("http://evil","x")', "email": "eve@uni.de"},
    "zed": {"first_name": "Zed", "last_name": "Zhou\n", "email": "zed@uni.de", "lms_user_id": "9"},
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with a gradebook: two assignments, a penalty, extra credit, a grade by hand, and missing submissions."""
    from nbgrader.api import Gradebook

    folder = copied_to(tmp_path_factory.mktemp("course"))
    for name in ("notebooks", "build"):
        (folder / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", ENVIRONMENT["PATH"])  # nbgrader calls alembic by its name
        with Gradebook(f"sqlite:///{folder}/build/gradebook.db", "attention-to-rlhf") as book:
            for name, points in (("01_attention", [8, 2.5]), ("02_dropout", [4])):
                book.add_assignment(name, duedate=DUE)
                book.add_notebook("sheet", name)
                for number, maximum in enumerate(points):
                    book.add_grade_cell(f"cell-{number}", "sheet", name, max_score=maximum, cell_type="code")
            for identity, data in STUDENTS.items():
                book.add_student(identity, **data)
            grade(book, "01_attention", "jm", auto_score=7.25, extra_credit=1)
            grade(book, "01_attention", "ann", auto_score=6, penalty=1.5)
            grade(book, "01_attention", "eve", auto_score=1, penalty=3)
            grade(book, "02_dropout", "ann", auto_score=1, manual_score=3, needs_manual_grade=False)
            grade(book, "02_dropout", "zed", auto_score=1 / 3, needs_manual_grade=True)
    return folder


def grade(book, assignment, student, penalty=None, **values):
    """Grade the first cell of a submission; the others have 0 points."""
    submission = book.add_submission(assignment, student, timestamp=DUE)
    (sheet,) = submission.notebooks
    sheet.late_submission_penalty = penalty
    for item in sheet.grades:
        item.auto_score, item.needs_manual_grade = 0, False
    first = next(item for item in sheet.grades if item.name == "cell-0")
    for name, value in values.items():
        setattr(first, name, value)
    book.db.commit()


@pytest.fixture
def book(course):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/build/gradebook.db", "attention-to-rlhf") as book:
        yield book


@pytest.fixture
def exported(book, tmp_path):
    """A function that exports and reads back: the rows, and what an instructor is told."""

    def export(kind, *assignments, students=()):
        remarks = exports.write(book, kind, tmp_path / "grades.csv", assignments, students)
        return rows(tmp_path / "grades.csv"), remarks

    return export


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_canvas_gets_its_header_the_points_possible_and_a_row_for_each_student(exported):
    assert exported("canvas")[0] == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "01_attention", "02_dropout"],
        ["    Points Possible", "", "", "", "", "10.5", "4"],
        ['\'=HYPERLINK("http://evil","x"), @import', "", "", "eve", "", "0", ""],
        ["Müller, Jörg", "4711", "", "jm", "", "8.25", ""],
        ['O\'Neil, Jr., Ann "Annie"', "", "sis-12", "ann", "", "4.5", "3"],
        ["Zhou, Zed", "9", "", "zed", "", "", "0.3333"],
    ]


def test_moodle_gets_one_column_that_names_the_user_and_a_dash_for_what_is_missing(exported):
    assert exported("moodle")[0] == [
        ["First name", "Last name", "Email address", "01_attention", "02_dropout"],
        ["'@import", '\'=HYPERLINK("http://evil","x")', "eve@uni.de", "0", "-"],
        ["Jörg", "Müller", "jm@uni.de", "8.25", "-"],
        ['Ann "Annie"', "O'Neil, Jr.", "ann@uni.de", "4.5", "3"],
        ["Zed", "Zhou", "zed@uni.de", "-", "0.3333"],
    ]


def test_moodles_column_for_the_user_has_no_gap_whoever_lacks_an_address(book, exported):
    book.add_student("new", first_name="New", last_name="Aa")
    try:
        (header, *students), _ = exported("moodle")
    finally:
        book.remove_student("new")
    assert header[2] == "Username"
    assert [row[2] for row in students] == ["eve", "new", "jm", "ann", "zed"]


def test_who_is_still_to_be_graded_by_hand_is_named(exported):
    _, remarks = exported("canvas")
    assert remarks == ["zed, 02_dropout: still to be graded by hand; the score is what there is so far"]


def test_assignments_and_students_can_be_chosen(exported):
    table, remarks = exported("canvas", "01_attention", students=("jm",))
    assert table[0][5:] == ["01_attention"]
    assert [row[3] for row in table[2:]] == ["jm"]
    assert remarks == []


def test_an_unknown_assignment_is_refused_with_the_known_ones(exported):
    with pytest.raises(UsageError, match="no assignment '03_ppo'; it has 01_attention, 02_dropout"):
        exported("canvas", "03_ppo")


def test_no_student_is_said_in_one_sentence(exported):
    with pytest.raises(UsageError, match="the gradebook has no student to export"):
        exported("canvas", students=("nobody",))


def test_sample_students_are_left_out_as_soon_as_there_are_others(book, exported):
    book.add_student("sample-ada", first_name="Ada", last_name="Aa")
    try:
        logins = [row[3] for row in exported("canvas")[0][2:]]
        alone = [row[3] for row in exported("canvas", students=("sample-ada",))[0][2:]]
    finally:
        book.remove_student("sample-ada")
    assert logins == ["eve", "jm", "ann", "zed"]
    assert alone == ["sample-ada"]


@pytest.mark.parametrize(("name", "kind"), [("CanvasExporter", "canvas"), ("MoodleExporter", "moodle")])
def test_nbgraders_own_export_command_writes_the_same_file(course, exported, name, kind):
    plugin = f"--exporter=autograder.classroom.export_plugins.{name}"
    made = run(course, "nbgrader", "export", plugin, "--to=stock.csv", "--assignment=['02_dropout']")
    assert made.returncode == 0, made.stderr
    assert rows(course / "stock.csv") == exported(kind, "02_dropout")[0]
    assert "zed, 02_dropout: still to be graded by hand" in made.stderr


def test_the_command_writes_the_file_and_names_on_stderr_who_is_not_finished(course, exported):
    code = "from autograder.classroom.exports import command; command()"
    made = run(course, sys.executable, "-c", code, "--format", "canvas", "-o", "ours.csv")
    assert made.returncode == 0, made.stderr
    assert rows(course / "ours.csv") == exported("canvas")[0]
    assert "zed, 02_dropout: still to be graded by hand" in made.stderr


def test_the_command_is_imported_without_anything_heavy():
    heavy = "{'numpy', 'torch', 'nbgrader'} & set(sys.modules)"
    code = f"import sys, autograder.classroom.exports; sys.exit(bool({heavy}))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
