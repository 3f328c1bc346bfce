"""PROGRESS.md: the learner's own page, of which the part between two marks is written anew from the record.

All else on the page is the learner's. A line that they wrote or changed between the marks is moved to their notes: the
part as it was last written lies beside the page, so what is not in it is theirs.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..catalog import EXERCISES, judgement_of
from ..errors import UsageError
from ..exercise import Exercise, Misconception
from .record import PAGE, RECORD, SIGN, Event, events, is_ours

WRITTEN = ".progress.written"
IGNORED = f"# The learner's own: not part of the course, and not to be handed in.\nCLAUDE.md\n{PAGE}\n.progress.*\n"
BEGIN = f"{SIGN}: `autograder progress` writes what follows anew; your notes below it stay -->"
END = f"{SIGN}: to here -->"
FRESH = f"# Your progress\n\n{BEGIN}\n{END}\n\n## Your notes\n\nWhat you write here stays.\n"


@dataclass
class Standing:
    """How far a learner is with one exercise."""

    exercise: Exercise
    attempts: int = 0
    """Checks up to the first that passed."""
    passed: str = ""
    """The day, or empty."""
    last: str = ""
    """When it was last checked."""
    last_passed: bool = False
    code: str = ""
    """What was judged last, as a hash, where that is known."""
    hints: int = 0
    questions: int = 0
    met: dict[str, str] = field(default_factory=dict)
    """Misconceptions by id, with the day on which each was first met."""


def update(folder: Path) -> Path:
    """Write the page of a learner's folder anew; its path. Raises UsageError where that cannot be done."""
    page = folder / PAGE
    block = list(_block(standings(events(folder)), datetime.date.today()))
    try:
        text = page.read_text(encoding="utf-8") if page.exists() else FRESH
        old = (folder / WRITTEN).read_text(encoding="utf-8") if (folder / WRITTEN).exists() else None
        _write(page, _renewed(text, block, None if old is None else old.splitlines()))
        _write(folder / WRITTEN, "\n".join(block) + "\n")
        (folder / RECORD).touch()
        ignore_in_git(folder)
    except UnicodeDecodeError:
        raise UsageError(f"{page} is not text (UTF-8); save it as such, or move it away") from None
    except OSError as error:
        raise UsageError(f"{page} cannot be written: {error.strerror}") from None
    return page


def in_one_line(folder: Path) -> str:
    """How far the learner is."""
    return _summary(standings(events(folder)))


def ignore_in_git(folder: Path) -> None:
    """Keep what is the learner's own out of git, unless the folder has rules of its own. Raises OSError."""
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")


def place(start: Path) -> Path:
    """The folder for a page that is asked for in `start`: there or above where one is, or in work/ if that is here."""
    for folder in (start, *start.resolve().parents):
        if is_ours(folder / PAGE) or (folder / RECORD).is_file() or (folder / ".offered.json").is_file():
            return folder
    return start / "work" if (start / "work" / ".offered.json").is_file() else start


def standings(happened: list[Event]) -> dict[str, Standing]:
    """How far the learner is with every exercise they have touched, in the order of the course."""
    touched = {event["exercise"] for event in happened}
    found = {exercise.id: Standing(exercise) for exercise in EXERCISES if exercise.id in touched}
    for event in happened:
        standing = found.get(event["exercise"])
        if standing is None:
            continue
        if event.get("event") == "hint":
            stage = event.get("stage")
            standing.hints = max(standing.hints, stage if isinstance(stage, int) else 0)
            standing.questions += stage == 0
            continue
        standing.last, standing.last_passed = event["at"], event.get("passed") is True
        code = event.get("code")
        if not standing.passed:
            standing.attempts += not code or code != standing.code  # who asks for a hint has the same code judged again
            standing.passed = event["at"][:10] if standing.last_passed else ""
        standing.code = code if isinstance(code, str) else ""
        for identity in event.get("misconceptions") or []:
            standing.met.setdefault(str(identity), event["at"][:10])
    return found


# --- the part that is written


def _block(found: dict[str, Standing], today: datetime.date) -> Iterator[str]:
    yield f"{_summary(found)}, on {today}."
    yield "This counts the checks in your notebooks, on public inputs; `autograder grade` gives the final verdict."
    yield from ("", "## What next", "", *_next(found))
    if found:
        yield from (
            "",
            "## Exercises",
            "",
            "| exercise | passed | attempts | last check | hints |",
            "|:--|:--|--:|:--|:--|",
        )
        yield from (_row(standing) for standing in found.values())
    met = [line for standing in found.values() for line in _met(standing)]
    if met:
        yield from ("", "## Misconceptions, met and overcome", "", *met)


def _summary(found: dict[str, Standing]) -> str:
    passed = [standing.exercise for standing in found.values() if standing.passed]
    points, total = (sum(exercise.points for exercise in some) for some in (passed, EXERCISES))
    return f"{len(passed)} of {len(EXERCISES)} exercises passed, {points:g} of {total:g} points"


def _next(found: dict[str, Standing]) -> Iterator[str]:
    open_ones = [standing for standing in found.values() if standing.last and not standing.passed]
    for standing in sorted(open_ones, key=lambda standing: standing.last, reverse=True)[:3]:
        known = _known(standing.exercise)
        questions = [known[identity].question for identity in standing.met if identity in known]
        question = f" {questions[-1]}" if questions else ""
        yield f"- Go on with `{standing.exercise.id}`, {standing.exercise.title}.{question}"
    broken = [standing.exercise.id for standing in found.values() if standing.passed and not standing.last_passed]
    if broken:
        yield f"- Passed before, and not at the last check: {', '.join(f'`{identity}`' for identity in broken)}."
    checked = {standing.exercise.id for standing in found.values() if standing.last}
    fresh = next((exercise for exercise in EXERCISES if exercise.id not in checked), None)
    if fresh:
        yield f"- {'Then' if open_ones else 'Next'} `{fresh.id}`, {fresh.title}, about {fresh.minutes} minutes."
    elif not open_ones and not broken:
        yield "- Nothing: every exercise of the course is passed."


def _row(standing: Standing) -> str:
    shown = "" if standing.last_passed or not standing.last else ", not yet"
    hints = f"{standing.hints} of {len(judgement_of(standing.exercise).hints)}" if standing.hints else ""
    asked = f"{standing.questions} of Claude's" if standing.questions else ""
    cells = (
        f"`{standing.exercise.id}`",
        standing.passed or "–",
        str(standing.attempts),
        standing.last[:16].replace("T", " ") + shown,
        ", ".join(filter(None, [hints, asked])),
    )
    return f"| {' | '.join(cells)} |"


def _met(standing: Standing) -> Iterator[str]:
    known = _known(standing.exercise) if standing.met else {}
    for identity, day in standing.met.items():
        said = known[identity].message if identity in known else identity
        end = f"overcome on {standing.passed}" if standing.passed else "open"
        yield f"- `{standing.exercise.id}`, met on {day}, {end}: {said}"


def _known(exercise: Exercise) -> dict[str, Misconception]:
    """The exercise's misconceptions by id; a record may name one that the course knows no more."""
    return {item.id: item for item in reversed(judgement_of(exercise).misconceptions)}


# --- the page around it


def _renewed(text: str, block: list[str], old: list[str] | None) -> str:
    """The page with a new block, and below it what the learner wrote into the old one."""
    lines = text.splitlines()
    marks = [number for number, line in enumerate(lines) if line.startswith(SIGN)]
    if len(marks) != 2:  # the learner made the page, or took a mark away: all of it is theirs
        kept = [line for line in lines if not line.startswith(SIGN)]
        return "\n".join(["# Your progress", "", BEGIN, *block, END, "", *kept]).rstrip("\n") + "\n"
    first, last = marks
    between = lines[first + 1 : last]
    theirs = [line for line in between if line.strip() and line not in old] if old is not None else []
    after = lines[last + 1 :]
    if theirs:
        after = [*after, *([""] if after and after[-1].strip() else []), *theirs]
    return "\n".join([*lines[:first], BEGIN, *block, END, *after]).rstrip("\n") + "\n"


def _write(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name.lstrip('.')}.part")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, file)
