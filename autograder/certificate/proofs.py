"""What graders are tried with: the short files in `proof/`, each of which says in its first line what it shows.

proof/variants/EXERCISE/NAME.py             a correct solution, written from the statement alone
proof/rewrites/EXERCISE/MISCONCEPTION.N.py  a misconception in another style, written from its description alone
proof/exploits/NAME.py                      an attempt to pass without solving anything
proof/equivalents/EXERCISE.py               why some mutants cannot differ, and inputs on which they can be compared
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError
from ..exercise import Exercise
from ..reference import sha256

FOLDER = Path(__file__).parents[2] / "proof"


@dataclass(frozen=True)
class Program:
    """One file of the proof."""

    name: str
    about: str
    """The first line of its docstring."""
    source: str

    def aims_at(self, exercise: Exercise) -> bool:
        """Whether an exploit is meant for this exercise: for all, unless it says `FOR = "…"`."""
        aim = re.search(r'^FOR = "(.+)"$', self.source, re.MULTILINE)
        return aim is None or aim[1] == exercise.id


def variants(exercise: Exercise) -> list[Program]:
    return _programs(FOLDER / "variants" / exercise.id)


def rewrites(exercise: Exercise) -> list[Program]:
    """Named `MISCONCEPTION.N`."""
    return _programs(FOLDER / "rewrites" / exercise.id)


def exploits() -> list[Program]:
    return _programs(FOLDER / "exploits")


def equivalents(exercise: Exercise) -> Program | None:
    path = FOLDER / "equivalents" / f"{exercise.id}.py"
    return _program(path) if path.exists() else None


def proof_hash(exercise: Exercise, *kinds: str) -> str:
    """Changes when a file does that this exercise's grader is tried with; of some `kinds`, or of all."""
    found = {
        "variants": variants(exercise),
        "rewrites": rewrites(exercise),
        "exploits": exploits(),
        "mutants": [program] if (program := equivalents(exercise)) else [],
    }
    chosen = [item for kind, items in found.items() if not kinds or kind in kinds for item in items]
    return sha256(*(f"{item.name}\n{item.source}" for item in chosen))


def _programs(folder: Path) -> list[Program]:
    return [_program(path) for path in sorted(folder.glob("*.py"))]


def _program(path: Path) -> Program:
    """Raises UsageError for a file that does not say what it shows."""
    source = path.read_text(encoding="utf-8")
    try:
        about = (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]
    except SyntaxError:  # a submission that does not even parse may be an exploit: then its first line says why
        about = source.partition("\n")[0].strip("# ")
    if not about:
        raise UsageError(f"{path} does not say what it shows: begin it with a docstring of one line")
    return Program(path.name.removesuffix(".py"), about, source)
