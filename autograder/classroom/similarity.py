"""How alike the submissions of a class are: a place to look, and not a verdict.

Two students' code of one notebook is compared by an existing tool, copydetect, which knows code by winnowed k-grams of
its tokens (Schleimer, Wilkerson and Aiken 2003, the method of MOSS): names, comments, texts and layout do not count.
A student's code is the solution cells and the cells he added. What everybody was given counts for nobody.

How alike is alike? The same measure is taken of solutions that are known to be independent: the references and the
variants of `proof/`, put together as if each were a student.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..sources import as_python, cells_from_notebook

if TYPE_CHECKING:
    from ..exercise import Exercise
    from .lessons import Cell

LENGTH = 25  # characters of a k-gram, copydetect's own: shorter ones match by accident
THRESHOLD = 0.5
FOLDER = Path("build/similarity")

Span = tuple[int, int]


@dataclass(frozen=True)
class Work:
    """What one student wrote in one notebook."""

    student: str
    code: str


@dataclass(frozen=True)
class Pair:
    """Two students' work, the share of both that coincides, and where."""

    first: Work
    second: Work
    alike: float
    spans: tuple[list[Span], list[Span]]


@dataclass(frozen=True)
class Sheet:
    """One notebook of a class."""

    name: str
    students: int
    unread: dict[str, str]
    """Why a student's notebook could not be compared."""
    compared: int
    pairs: list[Pair]
    """Those at or above the threshold, most alike first."""
    threshold: float
    baseline: list[float]
    """How alike independent correct solutions of the whole notebook are, two by two."""
    baselines: dict[str, list[float]]
    """The same by exercise."""


# --- the measure


class Prints:
    """Fingerprints of code, without those of what was handed out to all."""

    def __init__(self, given: str) -> None:
        try:
            import copydetect
        except ImportError:
            raise UsageError("this needs copydetect: pip install -c constraints.txt -e '.[similarity]'") from None
        self._library = copydetect
        self._given: set[int] = set()
        self._given = set(self.of(given).hashes)

    def of(self, code: str) -> Any:
        """The fingerprint of some code. A window of 1 takes every k-gram, so that each run gives the same."""
        import numpy as np
        from copydetect.utils import get_token_coverage

        found = self._library.CodeFingerprint("code.py", LENGTH, 1, fp=io.StringIO(code))
        # copydetect takes code that stands twice for given code, and counts a class's name as if it were the first.
        found.hashes = found.hashes - self._given
        found.hash_idx = {key: places for key, places in found.hash_idx.items() if key in found.hashes}
        found.token_coverage = get_token_coverage(found.hash_idx, LENGTH, len(found.filtered_code))
        found.offsets[:, 1] = np.maximum.accumulate(found.offsets[:, 1])
        return found

    def compare(self, first: Any, second: Any) -> tuple[float, tuple[list[Span], list[Span]]]:
        """The share of both that coincides, from 0 to 1, and where it stands in each."""
        _, shares, slices = self._library.compare_files(first, second)
        total = first.token_coverage + second.token_coverage
        common = shares[0] * first.token_coverage + shares[1] * second.token_coverage
        alike = min(1.0, float(common / total)) if total else 0.0
        spans = [_spans(found, len(print_.raw_code)) for found, print_ in zip(slices, (first, second), strict=True)]
        return alike, (spans[0], spans[1])


def _spans(slices: Any, length: int) -> list[Span]:
    if not len(slices):
        return []
    found: list[Span] = []
    for start, end in sorted((int(start), min(int(end), length)) for start, end in slices.T):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


# --- reading


@dataclass(frozen=True)
class Handout:
    """A released notebook: what all students were given."""

    path: Path
    cells: list[Cell]

    def exercises(self) -> list[Exercise]:
        from .lessons import owner, text

        found = [owner(text(cell)) for cell in self.cells if cell["cell_type"] == "code"]
        return [exercise for exercise in found if exercise is not None]

    def code(self) -> str:
        from .lessons import text

        return _joined(("given", text(cell)) for cell in self.cells if cell["cell_type"] == "code")

    def written_in(self, submission: Path) -> str:
        """What a student wrote. Raises UsageError, one sentence, for a notebook that cannot be read."""
        from .lessons import lesson, text

        try:
            source = submission.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{submission} cannot be read ({error.__class__.__name__})") from None
        cells_from_notebook(source, str(submission))  # says what is wrong with a notebook
        known = lesson(self.path)
        given = {text(cell) for cell in self.cells}
        answers = {known.identity(cell) for cell in self.cells if cell["metadata"].get("nbgrader", {}).get("solution")}
        found = []
        for cell in json.loads(source)["cells"]:
            identity = known.identity(cell)
            own = identity in answers or not identity  # else a cell of the course, whatever was made of it
            if cell["cell_type"] == "code" and own and text(cell) not in given:
                found.append((identity or "an added cell", text(cell)))
        return _joined(found)


def _joined(cells: Iterable[tuple[str, str]]) -> str:
    code = "\n\n".join(f"# ── {name}\n{as_python(source)}" for name, source in cells)
    return code.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def handouts(assignment: str) -> list[Handout]:
    """The released notebooks of an assignment. Raises UsageError where there are none."""
    from ..notebooks import read
    from .folders import RELEASE, assignments

    assignments(assignment)  # says so where there is none of this name
    paths = sorted((RELEASE / assignment).glob("*.ipynb"))
    if not paths:
        raise UsageError(f"{assignment} is not released yet; `make release` does it")
    return [Handout(path, read(path)["cells"]) for path in paths]


# --- the report


def submissions(assignment: str) -> list[Path]:
    """The folders that students handed in. Raises UsageError where there is nothing to compare."""
    from .folders import SUBMITTED

    folders = sorted(path for path in SUBMITTED.glob(f"*/{assignment}") if path.is_dir())
    if len(folders) < 2:
        found = f"only {folders[0].parent.name}" if folders else "nobody"
        raise UsageError(f"{found} has handed in {assignment} in {SUBMITTED}/: there is nothing to compare")
    return folders


def sheet(handout: Handout, folders: Sequence[Path], progress: Callable[[object], None] = lambda pair: None) -> Sheet:
    """One notebook of all students, compared two by two. Raises UsageError without the library that compares."""
    unread: dict[str, str] = {}
    works = []
    for folder in folders:
        try:
            works.append(Work(folder.parent.name, handout.written_in(folder / handout.path.name)))
        except UsageError as error:
            unread[folder.parent.name] = str(error)
    prints = Prints(handout.code())
    whole, parts = _baselines(handout.exercises(), prints)
    threshold = max(THRESHOLD, *whole) if whole else THRESHOLD
    seen = [(work, prints.of(work.code)) for work in works]
    pairs, compared = [], 0
    for (first, first_print), (second, second_print) in itertools.combinations(seen, 2):
        alike, spans = prints.compare(first_print, second_print)
        compared += 1
        if alike >= threshold:
            pairs.append(Pair(first, second, alike, spans))
        progress(first)
    pairs.sort(key=lambda pair: -pair.alike)
    return Sheet(handout.path.name, len(works), unread, compared, pairs, threshold, whole, parts)


def _baselines(exercises: Sequence[Exercise], prints: Prints) -> tuple[list[float], dict[str, list[float]]]:
    """How alike independent solutions are: of all exercises together, as if each were a student's, and of each."""
    from ..certificate import proofs
    from ..reference import solution_source

    known = {
        exercise.id: [solution_source(exercise), *(program.source for program in proofs.variants(exercise))]
        for exercise in exercises
    }
    parts = {name: _alike(sources, prints) for name, sources in known.items()}
    students = zip(*known.values(), strict=False)  # as many as the exercise with the fewest solutions has
    return _alike(["\n\n".join(sources) for sources in students], prints), parts


def _alike(sources: Sequence[str], prints: Prints) -> list[float]:
    found = [prints.of(source.strip("\n")) for source in sources]
    return [prints.compare(first, second)[0] for first, second in itertools.combinations(found, 2)]
