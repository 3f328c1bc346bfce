"""What the release carries beside the assignments, and that none of it disturbs what is handed in."""

import shutil

import pytest
from course_copy import copied_to, run

NOTEBOOK = "02_dropout/dropout.ipynb"
OWN = ["CLAUDE.md", "PROGRESS.md", ".gitignore", ".progress.jsonl", ".progress.written"]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = copied_to(tmp_path_factory.mktemp("course"), "notebooks/02_dropout")
    released = run(folder, ".venv/bin/autograder", "release")
    assert released.returncode == 0, released.stderr
    return folder


def test_the_release_carries_both_files_and_git_sees_neither(course):
    release = course / "build" / "release"
    assert sorted(path.name for path in release.iterdir()) == [".gitignore", "02_dropout", "CLAUDE.md", "PROGRESS.md"]
    assert [path.name for path in (release / "02_dropout").iterdir()] == ["dropout.ipynb"]
    run(release, "git", "init", "-q")
    assert "CLAUDE.md" not in run(release, "git", "status", "--porcelain", "-uall").stdout
    shutil.rmtree(release / ".git")


def test_a_submission_that_brings_them_is_graded_without_them_and_not_again_when_they_change(course):
    submitted = course / "build/submitted/ada/02_dropout"
    submitted.mkdir(parents=True)
    shutil.copy(course / "build/release" / NOTEBOOK, submitted)
    for name in OWN:
        (submitted / name).write_text("mine")
    first = run(course, ".venv/bin/autograder", "grade-class")
    assert first.returncode == 0 and "1 graded now" in first.stdout, first.stderr
    autograded = course / "build/autograded/ada/02_dropout"
    assert [path.name for path in autograded.iterdir() if path.name in OWN] == []
    (submitted / "PROGRESS.md").write_text("more")
    assert "0 graded now" in run(course, ".venv/bin/autograder", "grade-class").stdout


def test_an_older_claude_md_of_ours_is_renewed(course):
    file = course / "build/release/CLAUDE.md"
    new = file.read_text()
    file.write_text("an older one")
    run(course, ".venv/bin/autograder", "release")
    assert file.read_text() == new
