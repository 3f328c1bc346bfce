"""`make course` with the sample class: the gradebook holds what each student deserves, and nothing of the judge leaks.

All is made once, by the real command, in a copy of the course in which a learner has already been at work.
"""

import contextlib
import html
import json
import os
import re
import signal
import subprocess
import time
import urllib.request

import pytest
from course_copy import ENVIRONMENT, ROOT, SEED, copied_to, gradebook, make

from autograder import course as course_module
from autograder import judge, notebooks, sources
from autograder.catalog import EXERCISES, exercise_named, judgement_of
from autograder.classroom import sample_class
from autograder.kernel import trusted_submission
from autograder.reference import cells_of, solution_source
from autograder.trial import PUBLIC_SEED, run_check

BOOK = "<h1>The book</h1>"
ANSWER = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5, "mine": "my own answer"}'
TARGETS_THAT_RUN_HERE = {"course", "release", "grade", "lab", "clean"}
TARGETS_WITHOUT_WORK = {"help", "book", "test", "certify", "lint", "notebooks", "installed", "all"}

# Known by construction; every other exercise gives full marks where the student solves the rest as the course does.
DESERVED = {
    "emil": {"attention.positional_multi_head_attention": 2.0, "dropout.inverted": 1.8},
    "noor": {"dropout.mask": 2.0, "dropout.variance_stabilized": 1.8, "dropout.backward": 2.0},
    "mallory": {"attention.positional_multi_head_attention": 1.0, "dropout.backward": 2.0},
}
NAMED = {
    "emil": {
        "attention.positional_multi_head_attention": "softmax_over_queries",
        "dropout.inverted": "square_root_scale",
    }
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = copied_to(tmp_path_factory.mktemp("course"), "notebooks", "sample_class", "attempts", "Makefile")
    answer = folder / "work" / "02_dropout" / "dropout.ipynb"
    answer.parent.mkdir(parents=True)
    answer.write_bytes(ANSWER)
    with contextlib.chdir(folder):  # the book as an earlier run left it; test_book.py builds it
        course_module.BOOK_PAGE.parent.mkdir(parents=True)
        course_module.BOOK_PAGE.write_text(BOOK)
        course_module.BOOK_STAMP.write_text(course_module.book_digest())
    return folder


@pytest.fixture(scope="module")
def printed(course):
    """What `make course` prints."""
    made = make(course, "course")
    assert made.returncode == 0, made.stderr
    return made.stdout


@pytest.fixture(scope="module")
def points(course, printed):
    return gradebook(course)


def grade_id(exercise):
    return notebooks.cell_of(exercise, "check")["id"]


def solved_by(student):
    return [act.exercise.id for act in student.acts if act.verb == "solve"]


STUDENTS = {student.name: student for student in sample_class.students()}
by_student = pytest.mark.parametrize("name", sorted(STUDENTS))


# --- grades


@by_student
def test_the_gradebook_holds_what_the_student_deserves(points, name):
    student = STUDENTS[name]
    expected = {}
    for exercise in EXERCISES:
        right = student.solves_the_rest or (name == "grace" and exercise.id in solved_by(student))
        expected[exercise.id] = DESERVED.get(name, {}).get(exercise.id, exercise.points if right else 0.0)
    got = {exercise.id: points[student.id][grade_id(exercise)] for exercise in EXERCISES}
    assert got == pytest.approx(expected)


@pytest.mark.parametrize("exercise", sorted(NAMED["emil"]))
def test_the_grade_is_that_of_the_command_line(course, points, exercise):
    entry = exercise_named(exercise)
    cells = sources.cells_from_file(str(course / "build/submitted/sample-emil" / entry.notebook))
    verdict = judge.grade(entry, cells, seed=SEED)
    assert points["sample-emil"][grade_id(entry)] == verdict.score
    assert [found.id for found in verdict.diagnosis] == [NAMED["emil"][exercise]]


@pytest.mark.parametrize("exercise", sorted(NAMED["emil"]))
def test_feedback_names_the_misconception_and_asks_its_question(course, points, exercise):
    entry = exercise_named(exercise)
    (item,) = (item for item in judgement_of(entry).misconceptions if item.id == NAMED["emil"][exercise])
    page = text_of((course / "build/feedback/sample-emil" / entry.notebook).with_suffix(".html"))
    assert item.message in page
    assert item.question in page


def test_the_summary_says_what_passed_and_where_to_click(course, printed):
    for name in STUDENTS:
        assert f"  {name}: " in printed
    pages = re.findall(r"build/feedback/\S+\.html", printed)
    assert len(pages) == len(STUDENTS) * len({exercise.notebook for exercise in EXERCISES})
    assert all((course / page).is_file() for page in pages)
    assert "dropout.inverted: square_root_scale" in printed
    assert "Recorded attempts:" in printed


# --- what must not be read anywhere


def text_of(path):
    """A file's text; of a page, without its marks; of a notebook, its sources and outputs."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".html":
        return html.unescape(re.sub(r"<[^>]+>", "", text))
    return text


def readable(course):
    folders = [course / "build" / name for name in ("release", "autograded", "feedback")]
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def numbers_shown(misconception, exercise, seed):
    """The numbers that a failed check at this seed would tell, of six digits."""
    submission = trusted_submission(cells_of(exercise, misconception), exercise.defines)
    runs = [run_check(check, submission, seed) for check in judgement_of(exercise).checks]
    told = " ".join(run.failure.detail for run in runs if not run.passed)
    return set(re.findall(r"\d+\.\d{5,}", told))


def test_hidden_inputs_and_expected_values_are_in_no_file_a_student_can_read(course, points):
    exercise = exercise_named("attention.positional_multi_head_attention")
    (item,) = (item for item in judgement_of(exercise).misconceptions if item.id == "softmax_over_queries")
    hidden, public = (numbers_shown(item, exercise, seed) for seed in (SEED, PUBLIC_SEED))
    everything = "\n".join(text_of(path) for path in readable(course))
    assert len(hidden) >= 3
    assert [number for number in hidden if number in everything] == []
    assert str(SEED) not in everything
    assert [number for number in public if number in everything], "the search finds what is shown"


def test_no_line_of_a_reference_is_in_a_file_of_a_student_who_did_not_hand_it_in(course, points):
    released = texts_of(course / "build/release")
    lines = {line.strip() for exercise in EXERCISES for line in solution_source(exercise).splitlines()}
    telling = [line for line in lines if len(line) > 20 and in_json(line, ensure_ascii=False) not in released]
    assert len(telling) > 1000, "there is something to look for"
    for path in readable(course):
        text = text_of(path)
        found = [line for line in telling if line in text or in_json(line) in text]
        if found and "release" not in path.parts:
            handed_in = texts_of(course / "build/submitted" / path.parts[-3] / path.parts[-2])
            found = [line for line in found if in_json(line, ensure_ascii=False) not in handed_in]
        assert found == [], path


def texts_of(folder):
    return "".join(path.read_text() for path in folder.rglob("*.ipynb"))


def in_json(line, ensure_ascii=True):
    return json.dumps(line, ensure_ascii=ensure_ascii)[1:-1]


# --- again, and the learner's work


def test_a_second_run_makes_nothing_again(course, printed):
    before = {path: path.stat().st_mtime_ns for path in readable(course)}
    again = make(course, "course")
    assert again.returncode == 0, again.stderr
    assert {path: path.stat().st_mtime_ns for path in readable(course)} == before
    assert "grading the sample class" not in again.stderr


def test_only_the_submission_that_changed_is_graded_again(course, printed):
    changed = course / "build/submitted/sample-noor/01_attention/attention.ipynb"
    notebook = json.loads(changed.read_text())
    notebook["cells"][-1]["source"] = "# another thought"
    changed.write_text(json.dumps(notebook))
    graded = make(course, "grade")
    assert graded.returncode == 0, graded.stderr
    assert "1 graded" in graded.stdout


def test_lab_serves_work_and_the_book_prints_its_address_and_stops_at_ctrl_c(course, printed):
    headless = {name: value for name, value in ENVIRONMENT.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    with (course / "lab.log").open("w") as log:
        lab = subprocess.Popen(
            ["make", "-o", "installed", "lab"],
            cwd=course,
            env=headless,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job ignores it
        )
    try:
        address = ""
        while not address and lab.poll() is None:
            time.sleep(0.2)
            address = "".join(
                re.findall(r"(http://localhost\S+)/lab/tree/README.md", (course / "lab.log").read_text())[:1]
            )
        with urllib.request.urlopen(f"{address}/book/") as page:
            assert page.read().decode() == BOOK
    finally:
        os.killpg(lab.pid, signal.SIGINT)  # as a terminal does at Ctrl-C
        lab.wait(timeout=60)
    assert "Traceback" not in (course / "lab.log").read_text()
    assert "](/book/index.html)" in (course / "work/README.md").read_text()
    assert (course / "work/01_attention/attention.ipynb").is_file()


def test_answers_survive_every_target_of_the_makefile(course, printed):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert targets <= TARGETS_THAT_RUN_HERE | TARGETS_WITHOUT_WORK, "does the new target leave work/ alone? Try it here"
    for target in ("release", "grade", "clean", "release", "clean"):  # course and lab ran above
        made = make(course, target)
        assert made.returncode == 0, made.stderr
    assert (course / "work/02_dropout/dropout.ipynb").read_bytes() == ANSWER
    assert not (course / "build").exists()
