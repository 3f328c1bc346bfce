"""How fast a class is graded, and how rightly: stock nbgrader, stock in two processes, and `autograder grade-class`.

    python benchmarks/class_speed.py [--students 10] [--assignment 02_dropout …] [--only-ours] [--json]
    python benchmarks/class_speed.py --students 300 --notebook 04_ppo/ppo.ipynb --only-ours

The same notebooks on all sides, of a class drawn with a seed whose true scores are known
(`autograder.classroom.drawn_class`). Each side autogrades and writes the feedback; what a command takes to
start counts. Ours runs with isolation `strict`; stock has none. Goal: at least 10 times stock, one after another.

How the known mistakes behave is found out once for each version of a grader, and remembered. The first class pays for
it; so ours is measured twice, with nothing remembered, and with what another class of that size has left.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib

from autograder.catalog import EXERCISES
from autograder.classroom.drawn_class import DrawnStudent, Truth, draw, hand_in, truth
from autograder.progress import bar
from curriculum.provenance import provenance

ROOT = Path(__file__).parent.parent
SEED = 20_261_121
GOAL = 10.0
LATER = "ours, a later class"
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "attention-to-rlhf"
c.CourseDirectory.source_directory = "notebooks"
for step in ("release", "submitted", "autograded", "feedback"):
    setattr(c.CourseDirectory, f"{step}_directory", f"build/{step}")
c.CourseDirectory.db_url = "sqlite:///build/gradebook.db?timeout=60"
"""
# Stock nbgrader has no parallel mode: this is a class cut into parts, each graded by a process of its own.
PART = """
import sys
from nbgrader.apps.api import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader
api = NbGraderAPI(config=PyFileConfigLoader("nbgrader_config.py", path=".").load_config(), log_level="CRITICAL")
for student in sys.argv[2:]:
    api.autograde(sys.argv[1], student, force=True, create=True)
    api.generate_feedback(sys.argv[1], student, force=True)
"""


def drawn(seed: int, count: int, assignments: list[str], notebook: str | None) -> list[DrawnStudent]:
    """A class that hands in these assignments; of them one notebook alone, where one is named."""
    students = draw(seed, count, assignments)
    if notebook is None:
        return students
    return [
        replace(
            student,
            parts=tuple(part for part in student.parts if part.exercise.notebook == notebook),
            damage=tuple((name, kind) for name, kind in student.damage if name == notebook),
        )
        for student in students
    ]


def prepared(folder: Path, students: list[DrawnStudent]) -> Path:
    """A course of the notebooks that these students hand in."""
    for name in ("nbgrader_config.py", "constraints.txt"):
        shutil.copy(ROOT / name, folder / name)
    for notebook in {part.exercise.notebook for student in students for part in student.parts}:
        (folder / "notebooks" / notebook).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "notebooks" / notebook, folder / "notebooks" / notebook)
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.Judge.seed = {SEED}\n")
    call(folder, sys.executable, "-m", "autograder", "release")
    hand_in(students, folder / "build" / "release", folder / "build" / "submitted")
    return folder


def call(folder: Path, *command: str) -> None:
    """Run a command there; what it prints is lost, and so is whether it failed: the gradebook tells."""
    subprocess.run(command, cwd=folder, env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def environment(folder: Path) -> dict[str, str]:
    """For a command there. What is remembered of how misconceptions behave lies in `cache`, at first nothing."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", "XDG_CACHE_HOME": str(folder / "cache")}
    return {**os.environ, **own, "MPLCONFIGDIR": matplotlib.get_cachedir()}


def stock(folder: Path, assignments: list[str], students: list[str]) -> None:
    for name in assignments:
        call(folder, "nbgrader", "autograde", name, "--create")
        call(folder, "nbgrader", "generate_feedback", name)


def stock_in_two(folder: Path, assignments: list[str], students: list[str]) -> None:
    for name in assignments:
        parts = [
            subprocess.Popen(
                [sys.executable, "-c", PART, name, *students[half::2]],
                cwd=folder,
                env=environment(folder),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for half in range(2)
        ]
        for part in parts:
            part.wait()


def ours(folder: Path, assignments: list[str], students: list[str]) -> None:
    call(folder, sys.executable, "-m", "autograder", "grade-class", *assignments, "--isolation", "strict")


def remembering(folder: Path, earlier_class: list[DrawnStudent], assignments: list[str]) -> None:
    """Grade another class elsewhere, and take over what that left in the cache."""
    with tempfile.TemporaryDirectory() as scratch:
        others = prepared(Path(scratch), earlier_class)
        ours(others, assignments, [])
        shutil.copytree(others / "cache", folder / "cache", dirs_exist_ok=True)


def scores(folder: Path) -> dict[str, dict[str, float]]:
    """Points by student and grade cell."""
    from nbgrader.api import Gradebook

    found: dict[str, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{folder}/build/gradebook.db") as book:
        for assignment in book.assignments:
            for submission in assignment.submissions:
                grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
                found.setdefault(submission.student.id, {}).update({grade.name: grade.score for grade in grades})
    return found


def agreement(got: dict[str, dict[str, float]], deserved: dict[str, dict[str, Truth]]) -> float:
    """The share of all grade cells of the class that hold the true score."""
    right = total = 0
    for student, cells in deserved.items():
        for cell, true in cells.items():
            score = got.get(student, {}).get(cell, 0.0)
            total += 1
            right += abs(score - true.score) < 1e-6 if true.exact else score <= true.score + 1e-6
    return right / total


@contextlib.contextmanager
def copied(course: Path, config: str | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "course")
        shutil.copytree(course, folder)
        if config:
            (folder / "nbgrader_config.py").write_text(config)
        yield folder


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--students", type=int, default=10)
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--assignment", action="append", help="one or more; chapters 1 and 2 if none is given")
    chosen.add_argument(
        "--notebook",
        choices=sorted({exercise.notebook for exercise in EXERCISES}),
        metavar="NOTEBOOK",
        help="one alone, such as 04_ppo/ppo.ipynb",
    )
    parser.add_argument("--only-ours", action="store_true", help="for a large class, where stock takes hours")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    options = parser.parse_args()
    named = [Path(options.notebook).parts[0]] if options.notebook else options.assignment
    assignments = sorted(named or ["01_attention", "02_dropout"])
    students = drawn(SEED, options.students, assignments, options.notebook)
    names = [student.id for student in students]
    sides = {
        "stock, one after another": (stock, STOCK),
        "stock, two processes": (stock_in_two, STOCK),
        "ours, the first class": (ours, None),
        LATER: (ours, None),
    }
    if options.only_ours:
        sides = {name: side for name, side in sides.items() if name.startswith("ours")}
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as scratch, bar(len(sides), "grading the class") as advance:
        course = prepared(Path(scratch), students)
        deserved = truth(students, SEED)
        for name, (grade, config) in sides.items():
            with copied(course, config) as folder:
                if name == LATER:
                    earlier = drawn(SEED + 1, len(names), assignments, options.notebook)
                    remembering(folder, earlier, assignments)
                started = time.perf_counter()
                grade(folder, assignments, names)
                seconds = time.perf_counter() - started
                found[name] = {"seconds": seconds, "agreement": agreement(scores(folder), deserved)}
            advance(name)
    serial = found.get("stock, one after another")
    if options.json:
        handed_in = options.notebook or assignments
        print(json.dumps({**provenance(), "students": len(names), "handed_in": handed_in, "sides": found}))
        return
    print(f"{provenance()['machine']}; {len(names)} students, {options.notebook or ', '.join(assignments)}")
    for name, side in found.items():
        line = f"  {name:25} {side['seconds']:7.1f} s, {side['agreement']:.1%} of all scores are true"
        if serial and side is not serial:
            line += f"; {serial['seconds'] / side['seconds']:.1f} times as fast as stock"
        if serial and name.startswith("ours"):
            line += f" (goal: at least {GOAL:g})"
        print(line)


if __name__ == "__main__":
    main()
