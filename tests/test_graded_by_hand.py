"""What a judge does not decide: free text that is graded by hand, in the formgrader, and work that is late."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from course_copy import ENVIRONMENT, copied_to, run

from autograder import notebooks
from autograder.catalog import exercise_named
from autograder.reference import solution_source

DEPTH = exercise_named("dropout.depth")
DUE = "2026-11-20 12:00:00 UTC"
HANDED_IN = {"prompt": "2026-11-20 11:00:00 UTC", "late": "2026-11-20 13:00:00 UTC"}


def mine():
    """An exercise of the course, and a question that asks for words."""
    setup = nbformat.v4.new_code_cell("import numpy as np\n\nfrom autograder import check", id="setup")
    words = {"schema_version": 3, "grade_id": "why", "grade": True, "solution": True, "locked": False, "task": False}
    cells = [setup]
    for role in ("statement", "solution", "check"):
        cell = nbformat.from_dict(notebooks.cell_of(DEPTH, role))
        cell.source = "".join(cell.source)
        cells.append(cell)
    cells.append(nbformat.v4.new_markdown_cell("Why?", id="why", metadata={"nbgrader": {**words, "points": 3}}))
    return nbformat.v4.new_notebook(cells=cells, metadata=notebooks.METADATA)


def command(folder, *arguments):
    return run(folder, sys.executable, "-W", "ignore", "-m", "autograder", *arguments)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = copied_to(tmp_path_factory.mktemp("course"))
    (folder / "notebooks" / "mine").mkdir(parents=True)
    nbformat.write(mine(), folder / "notebooks" / "mine" / "mine.ipynb")
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    released = command(folder, "release")
    assert released.returncode == 0, released.stderr
    dated = run(folder, "nbgrader", "db", "assignment", "add", "mine", f"--duedate={DUE}")
    assert dated.returncode == 0, dated.stderr
    for student, handed_in in HANDED_IN.items():
        sheet = nbformat.read(folder / "build/release/mine/mine.ipynb", 4)
        for cell in sheet.cells:
            if cell.metadata.get("autograder", {}).get("role") == "solution":
                cell.source = solution_source(DEPTH)
            if cell.id == "why":
                cell.source = "Because each layer multiplies by the same factor."
        target = folder / "build/submitted" / student / "mine" / "mine.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(sheet, target)
        (target.parent / "timestamp.txt").write_text(handed_in)
    return folder


@pytest.fixture(scope="module")
def rows(course):
    """The table of the graded class, by student."""
    done = command(course, "grade-class", "mine")
    assert done.returncode == 0, done.stderr
    return {line.split()[0]: line for line in done.stdout.splitlines()}


def test_the_table_says_who_is_late_and_what_waits_for_a_hand(rows):
    assert "needs manual grading" in rows["prompt"] and "late" not in rows["prompt"]
    assert f"late: {DEPTH.points:g} points taken off" in rows["late"]
    assert f"{DEPTH.points:g} of {DEPTH.points + 3:g}" in rows["prompt"]
    assert f" 0 of {DEPTH.points + 3:g}" in rows["late"]


@pytest.fixture(scope="module")
def formgrader(course, rows):
    """Asks the real formgrader of a real Jupyter server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += ["--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=True"]
    command += ["--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
    server = subprocess.Popen(
        command, cwd=course, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}/"

    def ask(path, change=None):
        body = None if change is None else json.dumps(change).encode()
        request = urllib.request.Request(f"{address}formgrader/api/{path}", body, method="PUT" if change else "GET")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    while server.poll() is None:
        with contextlib.suppress(urllib.error.URLError):
            ask("assignments")
            break
        time.sleep(0.2)
    yield ask
    server.terminate()
    server.wait(timeout=60)


def test_the_formgrader_grades_words_and_a_later_run_keeps_that(course, formgrader):
    [notebook] = [item for item in formgrader("submitted_notebooks/mine/mine") if item["student"] == "prompt"]
    [words] = [item for item in formgrader(f"grades?submission_id={notebook['id']}") if item["needs_manual_grade"]]
    assert words["auto_score"] is None
    formgrader(f"grade/{words['id']}", {"manual_score": 2.5, "extra_credit": 0})
    again = run(course, "nbgrader", "autograde", "mine", "--student", "prompt", "--force")
    assert again.returncode == 0, again.stderr
    held = {item["student"]: item for item in formgrader("submissions/mine")}
    assert held["prompt"]["score"] == DEPTH.points + 2.5


def test_late_work_still_gets_its_verdict(course, rows):
    page = (course / "build/feedback/late/mine/mine.html").read_text()
    assert f"{DEPTH.id}: passed" in page
