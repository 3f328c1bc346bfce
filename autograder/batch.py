"""Grades many submissions from JSON lines, in parallel, and can be stopped and resumed.

Each input line `{"id", "exercise", "submission"}` gives one output line, written as soon as it is known: the verdict
with its id, or `{"id", "line", "error"}` for a line that could not be graded. A verdict counts as done while its
hashes of exercise, grader and submission are still those of today.
"""

from __future__ import annotations

import atexit
import json
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .catalog import exercise_named
from .errors import JudgeError, UsageError
from .exercise import Exercise
from .hashes import exercise_hash, grader_hash, submission_hash
from .judge import grade
from .pool import follow_parent
from .sandbox import Sandbox
from .sources import Cells, cells_from_text

Record = dict[str, Any]
Progress = Callable[[Record], None]
Key = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Options:
    """How each line is graded."""

    seed: int | None = None
    isolation: str = "auto"
    seconds: float | None = None


@dataclass
class Summary:
    """What a batch came to."""

    total: int = 0
    reused: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0

    def add(self, record: Record) -> None:
        if "error" in record:
            self.errors += 1
        elif record["passed"]:
            self.passed += 1
        else:
            self.failed += 1


def grade_batch(
    source: Path,
    target: Path,
    *,
    jobs: int = 1,
    resume: bool = False,
    options: Options | None = None,
    progress: Progress = lambda record: None,
) -> Summary:
    """Grade every line of `source` into `target`, calling `progress` with each record.

    `resume` keeps the verdicts of `target` that are still valid and grades the rest. Stopped at any moment, by
    KeyboardInterrupt or a kill, what was written stays valid. Raises UsageError for files that cannot be used,
    JudgeError where there is no sandbox.
    """
    lines = read_lines(source)
    if target.exists() and not resume:
        raise UsageError(f"{target} exists: go on with --resume, or name another file")
    valid = _valid_records(target)
    kept: list[Record] = []
    waiting: list[tuple[int, str]] = []
    for number, line in lines:
        same = valid.get(_key(line), [])
        if same:
            kept.append(same.pop())
        else:
            waiting.append((number, line))
    summary = Summary(total=len(lines), reused=len(kept))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # What is kept is written beside the old file and then takes its place, so that a kill here loses nothing.
        draft = target.with_name(target.name + ".part")
        draft.write_text("".join(map(_as_line, kept)), encoding="utf-8")
        draft.replace(target)
        for record in kept:
            summary.add(record)
            progress(record)
        with target.open("a", encoding="utf-8") as file:
            for record in _graded(waiting, jobs, options or Options()):
                file.write(_as_line(record))
                file.flush()
                summary.add(record)
                progress(record)
    except OSError as error:
        raise UsageError(
            f"{target} cannot be written ({error.strerror}); make room or name another file, then go on with --resume"
        ) from None
    return summary


def read_lines(source: Path) -> list[tuple[int, str]]:
    """The numbered lines of a JSONL file that are not blank. Raises UsageError."""
    try:
        text = source.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"there is no file {source}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source} cannot be read as text: {error}") from None
    return [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]


def _as_line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def _parsed(line: str) -> Record:
    """An input line's object. Raises UsageError, one sentence."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError("the line is not JSON") from None
    if not isinstance(record, dict):
        raise UsageError("the line is not a JSON object")
    return record


def _submission(record: Record) -> tuple[Exercise, Cells]:
    """The exercise and the code of an input line. Raises UsageError."""
    wanted = ("id", "exercise", "submission")
    if not all(isinstance(record.get(name), str) for name in wanted):
        raise UsageError(f"the line should be an object with the strings {', '.join(wanted)}")
    exercise = exercise_named(record["exercise"])
    return exercise, cells_from_text(record["submission"], exercise.file)


def _key(line: str) -> Key | None:
    """What a verdict on this line must match to be still valid; None for a line that cannot be graded."""
    try:
        record = _parsed(line)
        exercise, cells = _submission(record)
    except UsageError:
        return None
    return record["id"], exercise.id, exercise_hash(exercise), grader_hash(), submission_hash(cells)


def _valid_records(target: Path) -> dict[Key | None, list[Record]]:
    """Verdicts of an earlier run by what they were made from. A torn last line and errors are left out."""
    found: dict[Key | None, list[Record]] = {}
    if not target.exists():
        return found
    for _, line in read_lines(target):
        try:
            record = json.loads(line)
            hashes = record["hashes"]
            key = (record["id"], record["exercise"], hashes["exercise"], hashes["grader"], hashes["submission"])
        except (ValueError, KeyError, TypeError):
            continue
        found.setdefault(key, []).append(record)
    return found


def _graded(waiting: list[tuple[int, str]], jobs: int, options: Options) -> Iterator[Record]:
    """Records as they come. Each process keeps one sandbox for each set of libraries."""
    if jobs <= 1 or len(waiting) <= 1:
        with Grader(options) as grader:
            for number, line in waiting:
                yield grader.record(number, line)
        return
    pool = ProcessPoolExecutor(
        max_workers=min(jobs, len(waiting)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_process,
        initargs=(options,),
    )
    pending: set[Future[Record]] = set()
    try:
        for number, line in waiting:
            pending.add(pool.submit(_record_in_process, number, line))
            if len(pending) >= 4 * jobs:  # enough to keep all busy, few enough to hold in memory
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    except BrokenProcessPool:
        raise JudgeError("a grading process was killed; what was graded is kept, go on with --resume") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class Grader:
    """Grades line after line, keeping its sandboxes."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.sandboxes: dict[tuple[str, ...], Sandbox] = {}

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *exception: object) -> None:
        for sandbox in self.sandboxes.values():
            sandbox.close()

    def record(self, number: int, line: str) -> Record:
        """The verdict on one input line, or why it could not be graded. Raises JudgeError where nothing can be."""
        identity = None
        try:
            parsed = _parsed(line)
            identity = parsed.get("id")
            exercise, cells = _submission(parsed)
            if exercise.libraries not in self.sandboxes:
                self.sandboxes[exercise.libraries] = Sandbox(exercise.libraries, self.options.isolation)
            verdict = grade(
                exercise,
                cells,
                sandbox=self.sandboxes[exercise.libraries],
                seed=self.options.seed,
                seconds=self.options.seconds,
            )
        except UsageError as error:
            return {"id": identity, "line": number, "error": str(error)}
        return {"id": identity, **verdict.to_json()}


_process_grader: Grader | None = None


def _start_process(options: Options) -> None:
    global _process_grader
    follow_parent()
    _process_grader = Grader(options)
    atexit.register(_process_grader.__exit__)


def _record_in_process(number: int, line: str) -> Record:
    assert _process_grader is not None, "the pool's initializer has run"
    return _process_grader.record(number, line)
