"""A copy of the course in a scratch folder, where the real commands run as in a clone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SEED = 20_261_121
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "PYTHONPATH": str(ROOT),
    "PYTHONWARNINGS": "ignore",
}


def copied_to(folder: Path, *names: str) -> Path:
    """A copy of these files and folders of the repository, with a configuration whose hidden seed is known."""
    for name in ("nbgrader_config.py", "constraints.txt", *names):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("_build", "__pycache__"))
        else:
            shutil.copy(source, folder / name)
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.Judge.seed = {SEED}\nc.Execute.timeout = 8\n")
    # `make` calls what is in .venv/bin; here that is the Python that runs the tests.
    for name, command in (("python", ""), ("autograder", "-m autograder")):
        program = folder / ".venv" / "bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n')
        program.chmod(0o755)
    return folder


def run(folder: Path, *command: str, environment: dict[str, str] = ENVIRONMENT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def make(folder: Path, target: str) -> subprocess.CompletedProcess[str]:
    """`make target` as in a clone whose .venv is up to date."""
    return run(folder, "make", "-o", "installed", "-o", "all", target)


def gradebook(folder: Path) -> dict[str, dict[str, float]]:
    """Points by student and grade cell, of all assignments."""
    from nbgrader.api import Gradebook

    found: dict[str, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{folder}/build/gradebook.db") as book:
        for assignment in book.assignments:
            for submission in assignment.submissions:
                grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
                found.setdefault(submission.student.id, {}).update({grade.name: grade.score for grade in grades})
    return found
