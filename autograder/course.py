"""The course's main job, behind `make course`: make again what is out of date, and say where to look."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import click

from . import machine, progress
from .batch import Summary, grade_batch, read_lines
from .classroom import sample_class
from .classroom.folders import GRADEBOOK, RELEASE
from .classroom.gradebook import scores
from .classroom.grading import feedback_pages, grade_class, stale_submissions
from .classroom.releasing import release, stale_releases
from .errors import JudgeError
from .reference import sha256

ATTEMPTS = Path("attempts/attempts.jsonl")
VERDICTS = Path("build/attempts/verdicts.jsonl")
BOOK_SOURCES = ("book", "notebooks", "curriculum", "autograder", "proof", "results")
BOOK_PAGE = Path("book/_build/html/index.html")
BOOK_STAMP = Path("book/_build/made_from")


def book_digest() -> str:
    """Changes when something changes that the book shows or runs."""
    made_from = [path for name in BOOK_SOURCES for path in sorted(Path(name).rglob("*")) if path.is_file()]
    made_from.append(Path("constraints.txt"))  # another version of a library draws other figures
    shown = [path for path in made_from if not {"_build", "_generated", "__pycache__"} & set(path.parts)]
    return sha256(*(f"{path}\n{path.read_bytes().hex()}" for path in shown))


def build_book() -> None:
    """Build the book strictly, unless nothing that it shows has changed. Raises JudgeError."""
    wanted = book_digest()
    if BOOK_STAMP.exists() and BOOK_STAMP.read_text() == wanted and BOOK_PAGE.exists():
        return
    click.echo("building the book", err=True)
    BOOK_STAMP.unlink(missing_ok=True)
    program = Path(sys.executable).with_name("jupyter-book")
    command = [str(program), "build", "-W", "-n", "--keep-going", "-q", "book"]
    if subprocess.run(command, stdout=sys.stderr).returncode:
        raise JudgeError("the book could not be built; the lines above say which page, and `make book` builds it again")
    BOOK_STAMP.write_text(wanted)


def make_release() -> None:
    """Make the student notebooks through nbgrader. Raises UsageError, JudgeError."""
    with progress.bar(len(stale_releases()), "making the student release") as advance:
        release(advance)


def grade_sample_class() -> None:
    """Let the sample students submit, and grade them through nbgrader: gradebook and feedback. Raises JudgeError."""
    sample_class.submit()
    stale = stale_submissions()
    with progress.bar(len(stale), "grading the sample class through nbgrader") as advance:
        failures = grade_class(stale, progress=advance)
    if failures:
        raise JudgeError("; ".join(f"{item.student}, {item.assignment}: {why}" for item, why in failures.items()))


def grade_attempts() -> Summary:
    """Grade the recorded attempts headlessly, keeping verdicts that are still valid. Raises UsageError, JudgeError."""
    with progress.bar(len(read_lines(ATTEMPTS)), "grading the recorded attempts") as advance:
        return grade_batch(ATTEMPTS, VERDICTS, jobs=os.cpu_count() or 1, resume=True, progress=advance)


def report_on_sample_class() -> list[str]:
    """Each student's scores from the gradebook, the misconceptions that were named, and the pages to click."""
    held = scores()
    lines = [f"Sample class, graded through nbgrader ({GRADEBOOK}, {RELEASE}/):"]
    for student in sample_class.students():
        results = {item: score for item, score in held.items() if item.student == student.id}
        points = ", ".join(f"{item.assignment} {got.score:g} of {got.max_score:g}" for item, got in results.items())
        lines.append(f"  {student.name}: {points}. {student.about}")
        for item, score in results.items():
            lines += [f"    {page}" for page in feedback_pages(item)]
            if score.misconceptions:
                lines.append(f"      {', '.join(score.misconceptions)}")
    return lines


def report_on_attempts(summary: Summary) -> list[str]:
    """What passed, and why the others did not."""
    verdicts = [json.loads(line) for _, line in read_lines(VERDICTS)]
    by_exercise: dict[str, list[dict]] = {}
    for verdict in verdicts:
        by_exercise.setdefault(verdict.get("exercise", "(not gradable)"), []).append(verdict)
    lines = [
        f"Recorded attempts: {summary.passed} of {summary.total} passed ({summary.reused} verdicts were up to date)"
    ]
    for exercise, group in by_exercise.items():
        lines.append(f"  {exercise}: {sum(bool(item.get('passed')) for item in group)} of {len(group)} passed")
        for item in sorted(group, key=lambda item: str(item["id"])):
            if not item.get("passed"):
                lines.append(f"    {item['id']}: {_why(item)}")
    levels = Counter(item["isolation"] for item in verdicts if "isolation" in item)
    lines.append(f"  isolation: {', '.join(levels)}; every verdict in full: {VERDICTS}")
    return lines


NEXT = """Next:
  make lab
  .venv/bin/autograder list
  .venv/bin/autograder grade dropout.variance_stabilized YOUR_FILE.py
  make test"""


def _why(item: dict) -> str:
    if "error" in item:
        return str(item["error"])
    if item["diagnosis"]:
        return " ".join(found["message"] for found in item["diagnosis"])
    return item["problem"] or next(check["message"] for check in item["checks"] if not check["passed"])


def main() -> None:
    build_book()
    make_release()
    grade_sample_class()
    summary = grade_attempts()
    machine_lacks = [f"This machine: {sentence}" for sentence in machine.lacking()]
    book = f"The book: {BOOK_PAGE}"
    click.echo("\n".join([book, *report_on_sample_class(), *report_on_attempts(summary), *machine_lacks, NEXT]))
    if summary.errors:
        raise SystemExit(2)


if __name__ == "__main__":
    from .cli import in_one_sentence

    in_one_sentence(main)
