"""What a learner did, remembered in their own folder: a file that is only ever appended to, beside PROGRESS.md.

A folder takes part once PROGRESS.md or the record lies there; without either, nothing is remembered between processes.
Where nbgrader runs a notebook, and where the file cannot be written, nothing is: a check never fails for it.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
from pathlib import Path
from typing import Any

from ..verdict import Verdict

PAGE = "PROGRESS.md"
RECORD = ".progress.jsonl"
SIGN = "<!-- autograder progress"  # in a PROGRESS.md of ours: other projects have files of this name

Event = dict[str, Any]

_unwritten: list[Event] = []  # of this process, where there is no folder to write to


def folder_of(start: Path) -> Path | None:
    """The learner's folder: the nearest, from `start` upwards, with a record or a page of ours."""
    with contextlib.suppress(OSError):
        start = start.resolve()
        for folder in (start, *start.parents):
            if (folder / RECORD).is_file() or is_ours(folder / PAGE):
                return folder
    return None


def begin(folder: Path) -> Path | None:
    """Begin a record in a folder that has none; None where nothing can be written there."""
    try:
        (folder / RECORD).touch()
    except OSError:
        return None
    return folder


def is_ours(page: Path) -> bool:
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return page.is_file() and SIGN in page.read_text(encoding="utf-8")
    return False


def events(folder: Path | None) -> list[Event]:
    """All that is remembered, in order; torn lines and those of another hand are passed over."""
    lines: list[str] = []
    if folder is not None:
        with contextlib.suppress(OSError):
            lines = (folder / RECORD).read_text(encoding="utf-8", errors="replace").splitlines()
    found = []
    for line in lines:
        with contextlib.suppress(ValueError):
            event = json.loads(line)
            if isinstance(event, dict) and isinstance(event.get("exercise"), str) and isinstance(event.get("at"), str):
                found.append(event)
    return found + ([] if folder else _unwritten)


def note_verdict(folder: Path | None, verdict: Verdict) -> None:
    """Remember that an exercise was checked, and what came out."""
    found = [diagnosis.id for diagnosis in verdict.diagnosis]
    # A check in the notebook does not know the code it was called on.
    code = "" if verdict.isolation == "kernel" else verdict.hashes["submission"][:16]
    _note(folder, "check", verdict.exercise, passed=verdict.passed, misconceptions=found, code=code)


def note_hint(folder: Path | None, exercise: str, stage: int) -> None:
    """Remember that a staged hint was seen; stage 0 is a question of Claude's."""
    _note(folder, "hint", exercise, stage=stage)


def hints_seen(folder: Path | None, exercise: str) -> int:
    """How many of an exercise's staged hints the learner has seen."""
    stages = [event.get("stage") for event in events(folder) if event["exercise"] == exercise]
    return max((stage for stage in stages if isinstance(stage, int)), default=0)


def _note(folder: Path | None, kind: str, exercise: str, **what: Any) -> None:
    if {"NBGRADER_EXECUTION", "NBGRADER_VALIDATING"} & set(os.environ):
        return
    at = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    event = {"at": at, "event": kind, "exercise": exercise, **what}
    if folder is None:
        _unwritten.append(event)
        return
    with contextlib.suppress(OSError), open(folder / RECORD, "a", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")
