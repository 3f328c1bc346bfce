"""The reference solution of an exercise as source: whole, in part, or with misconceptions planted."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .catalog import exercise_named, judgement_of
from .errors import JudgeError
from .exercise import Exercise, Misconception
from .worker.executor import fresh_namespace


@functools.cache
def module_text(module: str) -> str:
    """The source of a `curriculum` module."""
    specification = importlib.util.find_spec(module)
    if specification is None or specification.origin is None:
        raise JudgeError(f"the module {module} is missing")
    return Path(specification.origin).read_text()


@functools.cache
def solution_source(exercise: Exercise) -> str:
    """The source of the names that a submission must define, as it stands in the reference's module."""
    return "\n\n\n".join(text for text, _ in segments(exercise))


def mistaken_source(exercise: Exercise, misconception: Misconception) -> str:
    """The solution as someone with this misconception would write it, without the rest of the reference's module."""
    text = solution_source(exercise)
    for old, new in misconception.edits:
        text = text.replace(old, new)  # in the one place where `edited_module` finds it
    return "\n\n\n".join(filter(None, [text, misconception.source.strip("\n")]))


def reachable_source(exercise: Exercise) -> str:
    """The solution with what it uses, directly or not, of the rest of its module, without comments."""
    statements = ast.parse(module_text(exercise.reference)).body
    kept = reached(statements, exercise.defines)
    return "\n\n".join(ast.unparse(statement) for statement in itertools.compress(statements, kept))


def reached(statements: Sequence[ast.stmt], names: Sequence[str]) -> list[bool]:
    """Which of these top-level statements define the names, or what they use, directly or not."""
    wanted, kept = set(names), [False] * len(statements)
    changed = True
    while changed:
        changed = False
        for index, statement in enumerate(statements):
            if not kept[index] and not wanted.isdisjoint(bound_by(statement)):
                kept[index] = changed = True
                wanted |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return kept


def bound_by(statement: ast.stmt) -> set[str]:
    """The names that a top-level statement defines."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def edited_module(exercise: Exercise, edits: tuple[tuple[str, str], ...]) -> str:
    """The reference's module with `edits` made in the solution. Raises ValueError where one does not fit."""
    text = module_text(exercise.reference)
    for old, new in edits:
        places = [
            start + offset
            for segment, start in segments(exercise, text)
            for offset in range(len(segment))
            if segment.startswith(old, offset)
        ]
        if len(places) != 1:
            raise ValueError(f"{old!r} occurs {len(places)} times in the solution of {exercise.id}")
        text = text[: places[0]] + new + text[places[0] + len(old) :]
    return text


def cells_of(exercise: Exercise, *misconceptions: Misconception) -> list[tuple[str, str]]:
    """Trusted cells that define the exercise's names, with misconceptions planted.

    Raises ValueError where the misconceptions cannot be planted together.
    """
    if sum(bool(item.source) for item in misconceptions) > 1:
        raise ValueError("two misconceptions with a source of their own exclude each other")
    edits = tuple(edit for item in misconceptions for edit in item.edits)
    cells = [(exercise.reference, edited_module(exercise, edits))]
    for item in misconceptions:
        if item.source:
            if edits:
                raise ValueError("a misconception with a source of its own replaces the code to be edited")
            cells.append((item.id, item.source))
    return cells


def planted(exercise_id: str, misconception_id: str) -> dict[str, Any]:
    """The names of an exercise as someone with this misconception would define them, to show what goes wrong.

    Raises UsageError for an unknown exercise, JudgeError for an unknown misconception.
    """
    exercise = exercise_named(exercise_id)
    found = [item for item in judgement_of(exercise).misconceptions if item.id == misconception_id]
    if not found:
        raise JudgeError(f"{exercise_id} has no misconception {misconception_id!r}")
    namespace = namespace_of(cells_of(exercise, found[0]))
    return {name: namespace[name] for name in exercise.defines}


def namespace_of(cells: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What our own (name, source) cells define, run in this process."""
    namespace = fresh_namespace()
    for name, source in cells:
        exec(compile(source, name, "exec", dont_inherit=True), namespace)
    return namespace


def given_sources(exercise: Exercise) -> dict[str, str]:
    """The sources of the modules that a submission to this exercise may import."""
    return {module: module_text(module) for module in exercise.given}


def sha256(*texts: str) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def segments(exercise: Exercise, text: str | None = None) -> list[tuple[str, int]]:
    """Source and position of each required definition, in the order of the module."""
    text = module_text(exercise.reference) if text is None else text
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found = []
    for node in ast.parse(text).body:
        names = {getattr(node, "name", None)}
        if isinstance(node, ast.Assign):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        if names & set(exercise.defines):
            first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])
            start, end = starts[first - 1], starts[node.end_lineno or first]
            found.append((text[start:end].rstrip("\n"), start))
    if len(found) != len(exercise.defines):
        raise JudgeError(f"{exercise.reference} does not define all of {', '.join(exercise.defines)}")
    return found
