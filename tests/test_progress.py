"""PROGRESS.md: what it says, whose notes stay, and where nothing is written."""

import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import check, hint
from autograder.catalog import EXERCISES, exercise_named, judgement_of
from autograder.classroom.folders import contents
from autograder.classroom.work import offer
from autograder.errors import UsageError
from autograder.reference import mistaken_source, module_text
from autograder.tutor import page, record
from autograder.tutor.folder import furnish
from autograder.tutor.record import PAGE, RECORD, events

MASK = exercise_named("dropout.mask")
MISTAKE = judgement_of(MASK).misconceptions[0]


@pytest.fixture(autouse=True)
def outside_nbgrader(monkeypatch):
    for name in ("NBGRADER_EXECUTION", "NBGRADER_VALIDATING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(record, "_unwritten", [])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A learner's work/, who has opened a notebook of chapter 2."""
    furnish(tmp_path)
    (tmp_path / "02_dropout").mkdir()
    monkeypatch.chdir(tmp_path / "02_dropout")
    return tmp_path


def namespace(source):
    found = {}
    exec(source, found)
    return found


def right():
    return namespace(module_text(MASK.reference))


def wrong():
    return namespace("import numpy as np\n" + mistaken_source(MASK, MISTAKE))


def text(folder):
    return page.update(folder).read_text()


# --- what it says


def test_attempts_a_pass_and_a_misconception_overcome(folder):
    check(MASK.id, wrong())
    before = text(folder)
    assert f"0 of {len(EXERCISES)} exercises passed" in before
    assert f"Go on with `{MASK.id}`" in before and MISTAKE.question in before
    assert "open: " + MISTAKE.message in before
    check(MASK.id, right())
    check(MASK.id, right())
    after = text(folder)
    assert f"1 of {len(EXERCISES)} exercises passed, {MASK.points:g} of" in after
    row = next(line for line in after.splitlines() if line.startswith(f"| `{MASK.id}`"))
    assert [cell.strip() for cell in row.split("|")][3] == "2"
    assert "overcome on" in after and "Go on with" not in after


def test_what_is_next_is_the_first_exercise_that_was_not_tried(folder):
    assert f"Next `{EXERCISES[0].id}`" in text(folder)


def test_what_passed_before_and_does_not_now_is_said(folder):
    check(MASK.id, right())
    check(MASK.id, wrong())
    assert f"Passed before, and not at the last check: `{MASK.id}`" in text(folder)


def test_hints_that_were_seen_are_counted(folder):
    hint(MASK.id)
    hint(MASK.id, 2)
    assert f"2 of {len(judgement_of(MASK).hints)}" in text(folder)


def test_all_passed_leaves_nothing(folder):
    for exercise in EXERCISES:
        line = {"at": "2026-11-20T10:00:00+00:00", "event": "check", "exercise": exercise.id, "passed": True}
        with open(folder / RECORD, "a") as file:
            file.write(json.dumps(line) + "\n")
    assert "every exercise of the course is passed" in text(folder)


def test_a_torn_record_or_one_of_another_hand_is_passed_over(folder):
    check(MASK.id, right())
    with open(folder / RECORD, "a") as file:
        file.write(
            '{"at": "2026-11-20", "exercise": 3}\n[]\nnull\n{"exercise": "gone.exercise", "at": "x"}\n{"at": "20'
        )
    assert f"1 of {len(EXERCISES)} exercises passed" in text(folder)


# --- the learner's notes


def test_notes_stay_wherever_they_were_written(folder):
    check(MASK.id, wrong())
    lines = text(folder).splitlines()
    row = next(number for number, line in enumerate(lines) if line.startswith(f"| `{MASK.id}`"))
    lines[row] += " <- this took me an hour"
    lines.insert(row + 1, "a note in the middle")
    (folder / PAGE).write_text("\n".join(["above all", *lines, "below all"]) + "\n")
    check(MASK.id, right())
    for _ in range(3):
        after = text(folder)
    assert after.startswith("above all\n")
    assert all(
        after.count(note) == 1 for note in ("above all", "this took me an hour", "a note in the middle", "below all")
    )
    assert f"1 of {len(EXERCISES)} exercises passed" in after


def test_a_page_without_its_marks_is_kept_below_a_new_one(folder):
    (folder / PAGE).write_text("only my words\n")
    record.begin(folder)
    assert text(folder).count("only my words") == 1 and "What next" in text(folder)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp"))), max_size=4))
def test_an_update_changes_nothing_outside_its_marks(tmp_path_factory, notes):
    folder = tmp_path_factory.mktemp("notes")
    furnish(folder)
    page.update(folder)
    with open(folder / PAGE, "a") as file:
        file.write("".join(f"note: {note}\n" for note in notes))
    before = (folder / PAGE).read_text()
    assert page.update(folder).read_text() == before


def test_a_page_that_cannot_be_read_is_a_sentence(folder):
    (folder / PAGE).write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not text"):
        page.update(folder)


# --- where it is written, and where not


def test_without_a_folder_of_the_learners_a_check_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / PAGE).write_text("the progress of another project")
    check(MASK.id, right())
    assert [path.name for path in tmp_path.iterdir()] == [PAGE]


@pytest.mark.parametrize("name", ["NBGRADER_EXECUTION", "NBGRADER_VALIDATING"])
def test_under_nbgrader_a_check_writes_nothing(folder, monkeypatch, name):
    monkeypatch.setenv(name, "autograde")
    check(MASK.id, right())
    assert not (folder / RECORD).exists()


def test_a_record_that_cannot_be_written_costs_nothing(folder):
    (folder / RECORD).mkdir()
    assert check(MASK.id, right()).passed


def test_a_working_folder_that_has_gone_costs_nothing(folder):
    (folder / "02_dropout").rmdir()
    assert check(MASK.id, right()).passed


def test_the_page_is_made_in_work_where_that_is_here(tmp_path):
    (tmp_path / "release").mkdir()
    offer(tmp_path / "work", tmp_path / "release")
    assert page.place(tmp_path) == tmp_path / "work"
    assert page.place(tmp_path / "work") == tmp_path / "work"


def test_git_sees_nothing_of_it_and_a_submission_holds_nothing_of_it(folder):
    check(MASK.id, right())
    page.update(folder)
    (folder / "mine.py").write_text("x = 1\n")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    shown = subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True).stdout
    assert sorted(line[3:] for line in shown.splitlines()) == [".gitignore", "mine.py"]
    assert [name for name in contents(folder)[::2] if ".git/" not in name] == ["mine.py"]


def test_what_is_there_is_not_written_over(tmp_path):
    (tmp_path / "CLAUDE.md").write_text("mine")
    (tmp_path / PAGE).write_text("mine too")
    (tmp_path / ".gitignore").write_text("*.log\n")
    furnish(tmp_path)
    assert [(tmp_path / name).read_text() for name in ("CLAUDE.md", PAGE, ".gitignore")] == [
        "mine",
        "mine too",
        "*.log\n",
    ]


def test_an_assistant_is_told_to_teach_with_commands_that_exist(tmp_path):
    from autograder.cli import cli

    furnish(tmp_path)
    told = (tmp_path / "CLAUDE.md").read_text()
    named = {words.split()[1] for words in told.split("`")[1::2] if words.startswith("autograder ")}
    assert {"hint", "grade", "show", "progress"} <= named <= set(cli.commands)
    assert "Never write the solution" in told


def test_a_record_is_appended_to(folder):
    check(MASK.id, wrong())
    first = (folder / RECORD).read_text()
    check(MASK.id, right())
    assert (folder / RECORD).read_text().startswith(first)
    assert [event["passed"] for event in events(folder)] == [False, True]
