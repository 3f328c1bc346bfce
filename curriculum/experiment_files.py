"""The files of an experiment: a run's record, made once and kept, and the result that the book reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def once(path: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The record in `path`, which is made first where it is not there; stopped on the way, nothing half is left."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_text(json.dumps(make()), encoding="utf-8")
        draft.replace(path)
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def write_result(path: Path, result: dict[str, Any]) -> None:
    """Write a result in one line, without spaces."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
