"""What a verdict and a certificate depend on, as hashes: when none has changed, they still hold.

An exercise's hash covers what is its own and nothing else, so that a new exercise beside it leaves its verdicts and its
certificate as they are.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence
from pathlib import Path

from .exercise import Exercise
from .reference import reachable_source, sha256

HERE = Path(__file__).parent


def submission_hash(cells: Sequence[tuple[str, str]]) -> str:
    return sha256(*(text for cell in cells for text in cell))


@functools.cache
def exercise_hash(exercise: Exercise) -> str:
    """Changes when the exercise's entry, its judgement or its reference does."""
    return sha256(repr(exercise), *judgement_sources(exercise), reachable_source(exercise))


@functools.cache
def grader_hash() -> str:
    """Changes when the grader's own code does; the catalogue's entries belong to the exercises."""
    files = sorted([*HERE.glob("*.py"), *HERE.glob("worker/*.py")])
    return sha256(*(file.read_text() for file in files if file.name != "catalog.py"))


def judgement_sources(exercise: Exercise) -> list[str]:
    """The module that judges the exercise, and those of its chapter that it imports."""
    chapter = HERE / "exercises" / exercise.chapter
    waiting = [file for file in chapter.glob("*.py") if f'"{exercise.id}"' in file.read_text()]
    found: dict[Path, str] = {}
    while waiting:
        file = waiting.pop()
        if file not in found:
            found[file] = file.read_text()
            nodes = ast.walk(ast.parse(found[file]))
            waiting += [
                chapter / f"{node.module}.py" for node in nodes if isinstance(node, ast.ImportFrom) and node.level
            ]
    return [found[file] for file in sorted(found)]
