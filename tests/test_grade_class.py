"""A whole class through `autograder grade-class`: nobody's disaster touches another, and no stop loses anything.

The students are drawn with a seed, so what each deserves is known (see `classroom.drawn_class`).
"""

import contextlib
import re
import subprocess
import sys
import time

import pytest
from course_copy import ENVIRONMENT, SEED, copied_to, gradebook, run

from autograder.classroom.drawn_class import draw, hand_in, truth
from autograder.classroom.folders import succeed
from autograder.errors import JudgeError

ASSIGNMENT = "02_dropout"
COMMAND = (sys.executable, "-W", "ignore", "-m", "autograder", "grade-class", ASSIGNMENT)


def chosen():
    """One student of each character, and one of each kind of damage."""
    found = {}
    for student in draw(SEED, 100, [ASSIGNMENT]):
        key = student.damage[0][1] if student.damage else student.character
        found.setdefault(key, student)
    return list(found.values())


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = copied_to(tmp_path_factory.mktemp("course"), "notebooks")
    released = run(folder, sys.executable, "-m", "autograder", "release")
    assert released.returncode == 0, released.stderr
    with contextlib.chdir(folder):
        from autograder.classroom.folders import RELEASE, SUBMITTED

        hand_in(chosen(), RELEASE, SUBMITTED)
    return folder


def pages(course):
    return {path: path.stat().st_mtime_ns for path in (course / "build/feedback").rglob("*.html")}


@pytest.fixture(scope="module")
def first_run(course):
    """The first run was killed by SIGKILL once something was graded; what was graded by then."""
    process = subprocess.Popen(COMMAND, cwd=course, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 300
    while not list((course / "build/made/graded").glob("*/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.wait()
    done = sorted(path.parent.name for path in (course / "build/made/graded").glob("*/*"))
    assert 0 < len(done) < len(chosen())
    return {path: changed for path, changed in pages(course).items() if path.parts[-3] in done}


@pytest.fixture(scope="module")
def table(course, first_run):
    """What the second run printed."""
    done = run(course, *COMMAND, "--isolation", "auto")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_was_graded_before_a_kill_is_not_graded_again(course, first_run, table):
    after = pages(course)
    assert {path: after[path] for path in first_run} == first_run


def test_the_gradebook_holds_what_each_student_deserves(course, table):
    got = gradebook(course)
    for student, cells in truth(chosen(), SEED).items():
        for cell, deserved in cells.items():
            score = got.get(student, {}).get(cell, 0.0)
            exact = abs(score - deserved.score) < 1e-6
            assert exact if deserved.exact else score <= deserved.score + 1e-6, (student, cell, score, deserved)


def test_the_table_has_a_row_for_everyone_with_what_is_wrong(course, table):
    rows = {line.split()[0]: line for line in table.splitlines()[1:-1]}
    handed_in = [student for student in chosen() if "missing" not in dict(student.damage).values()]
    assert rows.keys() == {student.id for student in handed_in}
    for student in handed_in:
        assert re.search(r"\d of 32", rows[student.id])
        assert ("could not be read" in rows[student.id]) == ("not JSON" in dict(student.damage).values())


def test_a_second_run_has_nothing_to_do(course, table):
    before = pages(course)
    again = run(course, *COMMAND)
    assert again.returncode == 0 and "0 graded now" in again.stdout
    assert pages(course) == before


def test_stock_autograde_gives_the_same_scores(course, table):
    student = next(student.id for student in chosen() if student.character == "makes several mistakes")
    before = gradebook(course)[student]
    done = run(course, "nbgrader", "autograde", ASSIGNMENT, "--student", student, "--force")
    assert done.returncode == 0, done.stderr
    assert gradebook(course)[student] == before


def test_no_page_of_feedback_tells_the_hidden_seed(course, table):
    written = pages(course)
    assert written and not any(str(SEED) in page.read_text() for page in written)


def test_ctrl_c_ends_it_with_a_sentence_and_leaves_the_gradebook_whole(course, table):
    import signal

    before = gradebook(course)
    for path in (course / "build/made/graded").glob("*/*"):
        path.unlink()
    process = subprocess.Popen(
        COMMAND,
        cwd=course,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 300
    while not list((course / "build/made/graded").glob("*/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130 and "stopped; what was written stays valid" in said
    assert "Traceback" not in said
    done = run(course, *COMMAND)
    assert done.returncode == 0, done.stderr
    assert gradebook(course) == before


@pytest.mark.parametrize("name", ["03_nothing", "dropout"])
def test_an_unknown_assignment_is_named(course, name):
    done = run(course, sys.executable, "-m", "autograder", "grade-class", name)
    assert done.returncode == 2 and f"there is no assignment '{name}'" in done.stderr


def test_the_table_says_what_made_nbgrader_fail():
    """nbgrader's log ends with a sentence that names nothing; what was raised stands above it."""
    log = "Traceback (most recent call last):\n    autograder.errors.JudgeError: no isolation\nPlease see the above"
    with pytest.raises(JudgeError, match=r"^autograding failed: no isolation$"):
        succeed({"success": False, "error": "NbGraderException", "log": log}, "autograding")
