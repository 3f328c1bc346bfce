"""What misconceptions do in the checks, kept on disk: to find it out takes seconds, which every process would spend.

Kept is what a comparison with a submission needs, under a version that changes with the exercise, the grader and the
libraries. It is a file in the user's cache folder, which may be deleted. Where it cannot be read or written, as with a
full disk, nothing is kept and nothing is lost but the time.
"""

from __future__ import annotations

import ast
import io
import platform
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import platformdirs

from .exercise import Check, Exercise
from .hashes import exercise_hash, grader_hash
from .observation import Observation, comparable
from .reference import sha256
from .trial import CheckRun
from .worker import protocol

TABLE = "CREATE TABLE IF NOT EXISTS shown (exercise, version, program, runs, PRIMARY KEY (exercise, version, program))"
FORGET = "DELETE FROM shown WHERE exercise = ? AND version <> ?"
RECALL = "SELECT runs FROM shown WHERE exercise = ? AND version = ? AND program = ?"
KEEP = "INSERT OR REPLACE INTO shown VALUES (?, ?, ?, ?)"
NOT_WORTH_KEEPING = 8 << 20  # bytes


class Memory:
    """What is kept of one exercise: its checks' runs, by the keys of the misconceptions in a program."""

    def __init__(self, exercise: Exercise) -> None:
        libraries = [f"{name} {version(name)}" for name in ("numpy", *exercise.libraries)]
        self.exercise = exercise.id
        self.version = sha256(
            exercise_hash(exercise), grader_hash(), platform.python_version(), platform.machine(), *libraries
        )

    def recall(self, program: str) -> bytes:
        """The packed runs of a program; empty where nothing is known."""
        try:
            with closing(_connection()) as connection:
                found = connection.execute(RECALL, (self.exercise, self.version, program)).fetchone()
                return bytes(found[0]) if found else b""
        except (sqlite3.Error, OSError, TypeError):
            return b""

    def keep(self, programs: Mapping[str, Iterable[CheckRun]]) -> None:
        """Keep these, and forget what was known of another version of the exercise."""
        rows = []
        for program, runs in programs.items():
            with suppress(protocol.Unsendable):
                packed = _packed(runs)
                if len(packed) <= NOT_WORTH_KEEPING:
                    rows.append((self.exercise, self.version, program, packed))
        try:
            with closing(_connection()) as connection, connection:
                connection.execute(TABLE)
                connection.execute(FORGET, (self.exercise, self.version))
                connection.executemany(KEEP, rows)
        except sqlite3.OperationalError:
            return  # nowhere to write, a full disk, or somebody else is writing
        except sqlite3.DatabaseError:
            with suppress(OSError):
                _file().unlink()  # not what was kept here, or torn
        except OSError:
            return


def unpacked(packed: bytes, checks: Iterable[Check]) -> dict[str, CheckRun]:
    """The runs by their check's id, with what `CheckRun.behaves_like` looks at; none where they are torn."""
    by_id = {check.id: check for check in checks}
    found = {}
    with suppress(protocol.ProtocolError, KeyError, ValueError, TypeError):
        for run in protocol.unpack(_reading(packed), protocol.opaque_only)["runs"]:
            shown = (Observation(name, passed, _value(got), None, 0) for name, passed, got in run["observations"])
            found[run["check"]] = CheckRun(by_id[run["check"]], tuple(shown), run["lost"])
    return found


def _packed(runs: Iterable[CheckRun]) -> bytes:
    """Raises Unsendable for what cannot be kept."""
    described = [
        {
            "check": run.check.id,
            "lost": run.lost,
            "observations": [[item.name, item.passed, _kept(item)] for item in run.observations],
        }
        for run in runs
    ]
    return b"".join(protocol.pack({"runs": described}))


def _kept(item: Observation) -> Any:
    """What was got, if it failed: an array as such, everything else as a literal, which keeps its types."""
    value = None if item.passed else comparable(item.got)
    if hasattr(value, "dtype"):
        return value
    text = repr(value)
    with suppress(ValueError, SyntaxError, TypeError):
        if ast.literal_eval(text) == value:
            return text
    raise protocol.Unsendable("an object that has no literal")


def _value(kept: Any) -> Any:
    return ast.literal_eval(kept) if isinstance(kept, str) else kept


def _reading(packed: bytes) -> Callable[[int], bytearray]:
    stream = io.BytesIO(packed)

    def read(count: int) -> bytearray:
        data = stream.read(count)
        if len(data) < count:
            raise protocol.ProtocolError("it ends early")
        return bytearray(data)

    return read


def _file() -> Path:
    return platformdirs.user_cache_path("attention-to-rlhf") / "misconceptions.db"


def _connection() -> sqlite3.Connection:
    _file().parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(_file(), timeout=5)
    connection.execute("PRAGMA synchronous = OFF")  # a power cut may spoil the file: then it is made anew
    return connection
