"""What is recorded of attempts, in a folder.

    run.json              what was asked for
    attempts.jsonl        a line for each attempt that ended
    transcripts/*.jsonl   each attempt's events as they happened; nothing that was written is ever changed
    workspaces/*.tar      the files of attempts that have not ended, as of their last step

So a kill at any moment costs at most the request that was in flight.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import UsageError

Record = dict[str, Any]
Event = dict[str, Any]
INFRASTRUCTURE = "infrastructure"
"""The outcome of an attempt that ended for reasons that are not the model's: it is listed apart and never counted."""


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Folder:
    """The records in one folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, run: Mapping[str, Any], resume: bool) -> None:
        """Raises UsageError where the folder holds another run, or one that is not to be resumed."""
        file = self.path / "run.json"
        asked = json.loads(json.dumps(run["asked"]))
        if file.exists():
            if not resume:
                raise UsageError(f"{self.path} holds a run already: go on with --resume, or name another folder")
            before = self.run()["asked"]
            if before != asked:
                changed = ", ".join(sorted(name for name in asked if before.get(name) != asked[name]))
                raise UsageError(f"{self.path} was begun with another {changed}; name another folder")
            return
        try:
            for name in ("transcripts", "workspaces"):
                (self.path / name).mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(run, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{file} cannot be written: {error.strerror}") from None

    def run(self) -> dict[str, Any]:
        """What was asked for. Raises UsageError."""
        file = self.path / "run.json"
        try:
            return dict(json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise UsageError(f"there is no {file}: `autograder attempt` makes such a folder") from None
        except (OSError, ValueError) as error:
            raise UsageError(f"{file} cannot be read: {error}") from None

    def records(self) -> list[Record]:
        """All attempts that ended, the latest of each. A torn last line is left out."""
        found = {}
        for record in _lines(self.path / "attempts.jsonl"):
            found[record["id"]] = record
        return [found[identity] for identity in sorted(found)]

    def add(self, record: Record) -> None:
        _append(self.path / "attempts.jsonl", record)

    def transcript(self, identity: str) -> Transcript:
        name = identity.replace("/", "__")
        return Transcript(self.path / "transcripts" / f"{name}.jsonl", self.path / "workspaces" / f"{name}.tar")


class Transcript:
    """What happened in one attempt."""

    def __init__(self, path: Path, workspace: Path) -> None:
        self.path = path
        self.workspace = workspace

    def add(self, kind: str, **fields: Any) -> None:
        _append(self.path, {"type": kind, "at": now(), **fields})

    def events(self) -> list[Event]:
        """Of the last try: an attempt that met an infrastructure error begins again."""
        events = list(_lines(self.path))
        starts = [number for number, event in enumerate(events) if event["type"] == "start"]
        return events[starts[-1] :] if starts else []

    def keep(self, packed: bytes) -> None:
        """Keep the workspace's files as of now."""
        draft = self.workspace.with_suffix(".part")
        draft.write_bytes(packed)
        draft.replace(self.workspace)

    def kept(self) -> bytes:
        return self.workspace.read_bytes() if self.workspace.exists() else b""

    def forget_workspace(self) -> None:
        self.workspace.unlink(missing_ok=True)


def _append(path: Path, item: Mapping[str, Any]) -> None:
    """A line of its own, even after one that a kill has torn. Raises UsageError."""
    try:
        with path.open("ab+") as file:
            if file.tell() and (file.seek(-1, 2), file.read(1))[1] != b"\n":
                file.write(b"\n")
            file.write(json.dumps(item).encode() + b"\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}); make room, then go on with --resume") from None


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    for line in text.split("\n"):
        try:
            item = json.loads(line)
        except ValueError:
            continue
        if isinstance(item, dict):
            yield item
