"""Today's graders on recorded submissions, without a call to a model, and what that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..catalog import exercise_named
from .attempts import judged
from .loop import Attempt
from .records import Folder, Record
from .shapes import Problem, implement, twin


@dataclass(frozen=True)
class Change:
    """One attempt whose verdict is another today."""

    id: str
    before: tuple[bool, float, tuple[str, ...]]
    """Passed, score, and the misconceptions that were named."""
    after: tuple[bool, float, tuple[str, ...]]


def regraded(
    folder: Folder, progress: Callable[[Record], None] = lambda record: None
) -> Iterator[tuple[Record, Change | None]]:
    """Each record as it would be today, and what differs."""
    for record in folder.records():
        if record["submission"] is None:
            progress(record)
            continue
        exercise = exercise_named(record["exercise"])
        problem: Problem = twin(exercise) if record["twin"] else implement(exercise)
        attempt = Attempt(outcome=record["outcome"], submission=record["submission"])
        passed, verdict = judged(problem, attempt)
        today = {**record, "passed": passed, "verdict": None if verdict is None else verdict.to_json()}
        before, after = _told(record), _told(today)
        progress(record)
        yield today, Change(record["id"], before, after) if before != after else None


def _told(record: Record) -> tuple[bool, float, tuple[str, ...]]:
    verdict = record["verdict"] or {"score": 0.0, "diagnosis": []}
    return record["passed"], verdict["score"], tuple(found["id"] for found in verdict["diagnosis"])
