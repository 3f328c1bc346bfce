"""Where a class's files lie, nbgrader as it is configured there, and what was made from what.

What a result was made from is kept as a digest under build/made/, so that a second run has nothing to do. What an
instructor did with `nbgrader` by hand is done once more only if something it depends on changed.
"""

from __future__ import annotations

import fnmatch
import functools
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import JudgeError, UsageError
from ..reference import sha256
from ..tutor.folder import OWN

if TYPE_CHECKING:
    from nbgrader.apps.api import NbGraderAPI

SOURCE = Path("notebooks")
BUILD = Path("build")
RELEASE, SUBMITTED, AUTOGRADED, FEEDBACK = (BUILD / name for name in ("release", "submitted", "autograded", "feedback"))
GRADEBOOK = BUILD / "gradebook.db"
MADE = BUILD / "made"
CONFIG = Path("nbgrader_config.py")
SAMPLE = "sample-"  # how the ids of the sample students begin

Progress = Callable[[Any], None]


@dataclass(frozen=True, order=True)
class Submission:
    """One student's folder for one assignment."""

    student: str
    assignment: str

    @property
    def folder(self) -> Path:
        return SUBMITTED / self.student / self.assignment


def assignments(*chosen: str) -> list[str]:
    """The folders of notebooks/, in the order of the course; those that were chosen, if any were.

    Raises UsageError outside of the repository and for an unknown name.
    """
    if not (CONFIG.exists() and SOURCE.is_dir()):
        raise UsageError(f"there is no {CONFIG} and no {SOURCE}/ here; call this in the root of the repository")
    found = sorted(path.name for path in SOURCE.iterdir() if any(path.glob("*.ipynb")))
    for name in chosen:
        if name not in found:
            raise UsageError(f"there is no assignment {name!r}; there is {', '.join(found)}")
    return [name for name in found if name in chosen or not chosen]


@functools.cache
def api(isolation: str = "auto", seed: int | None = None) -> NbGraderAPI:
    """nbgrader with the configuration that its own commands would read here. Takes seconds to import."""
    from nbgrader.apps.api import NbGraderAPI
    from sqlalchemy.exc import SAWarning
    from traitlets.config.loader import PyFileConfigLoader

    warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader 0.9.6 with SQLAlchemy 2.1: harmless, and many
    config = PyFileConfigLoader(CONFIG.name, path=str(Path.cwd())).load_config()
    if isolation != "auto":
        config.Judge.isolation = config.ForkedProvisioner.isolation = isolation
    if seed is not None:
        config.Judge.seed = seed
    return NbGraderAPI(config=config, log_level="ERROR")


def succeed(result: dict[str, Any], doing: str) -> None:
    """Raises JudgeError with the error in nbgrader's log that made a command of its API fail."""
    if not result["success"]:
        if "KeyboardInterrupt" in result.get("error", ""):
            raise KeyboardInterrupt
        lines = (result.get("log") or result.get("error") or "no reason given").strip().splitlines()
        raised = [match[1] for line in lines if (match := re.match(r"\s*(?:\w+\.)*(\w*Error: .+)", line))]
        told = raised or [line for line in lines if "Error" in line or "ERROR" in line] or lines
        raise JudgeError(f"{doing} failed: {told[-1].strip().removeprefix('JudgeError: ')}")


# --- what was made from what


def release_digest(assignment: str) -> str:
    return sha256(_code_digest(), *contents(SOURCE / assignment))


@functools.cache
def _code_digest() -> str:
    files = [CONFIG, *sorted(Path(__file__).parent.glob("*.py"))]
    return sha256(*(file.read_text(encoding="utf-8") for file in files))


def contents(folder: Path) -> list[str]:
    """Names and contents of a folder's files; a learner's progress in it is no part of what they hand in."""
    found = [path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts]
    files = sorted(path for path in found if not any(fnmatch.fnmatch(path.name, name) for name in OWN))
    return [text for path in files for text in (str(path.relative_to(folder)), path.read_bytes().hex())]


def made_from(name: str) -> str:
    """The digest of what it was made from; empty for what was not made."""
    try:
        return (MADE / name).read_text()
    except OSError:
        return ""


def note_made(name: str, digest: str) -> None:
    (MADE / name).parent.mkdir(parents=True, exist_ok=True)
    (MADE / name).write_text(digest)
