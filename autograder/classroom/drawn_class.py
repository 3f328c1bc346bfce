"""A class of students drawn with a seed, whose true scores are known without asking the gradebook: a load for tests.

For each exercise a student hands in one of the programs with which the graders are proven: a correct variant or the
reference, a known mistake or its rewrite, the starter, a cell that is no Python, or an exploit with a wrong solution.
Some students also damage a whole notebook. What is true of a part follows from how it was drawn:

    right         passes, with all points
    broken        does not pass, and gets nothing: its cell defines nothing
    wrong         does not pass, and gets what its program gets alone: the judge is asked once for each program, at the
                  hidden seed of the class, with the set-up cells and what it uses of the reference, and nothing else
    unfinished    the same of the starter
    hostile       does not pass, and gets at most what its wrong program gets alone, without the exploit
    file damaged  not JSON or missing: nothing passes, no points; test cells blanked, deleted or doubled: no difference

The cells of a notebook share one namespace, so only programs are put together that leave each other's names alone. A
program may use a function of an earlier exercise only where that one is right in this notebook, and a class only where
it is the reference's: who uses a class may look into it, as the reference of `gpt.model` does for parameters' names. An
exploit may do anything to its process, so a hostile student has one of them in a notebook and has begun nothing else
there; the other parts get at most what they get alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ..catalog import EXERCISES
from ..certificate.trying import attack
from ..errors import UsageError
from ..exercise import Exercise
from ..judge import grade
from ..sandbox import Sandbox
from . import drawn_programs as pool
from .drawn_programs import Program
from .handing_in import Cell, cell_of, own_cell, text_of, write
from .one_namespace import Names, names_of

Kind = Literal["right", "wrong", "unfinished", "broken", "hostile"]

HOSTILE = "is hostile"
# How many of a hundred students are like this. What each means is in `_kinds`.
CHARACTERS = {
    "solves nearly all": 54,
    "stops halfway": 16,
    "makes several mistakes": 16,
    "leaves a cell broken": 7,
    HOSTILE: 7,
}
# How many of a hundred hand in one notebook of each assignment like this.
FILES = {"whole": 86, "not JSON": 2, "missing": 2, "tests blanked": 4, "tests deleted": 3, "tests doubled": 3}
LOST = ("not JSON", "missing")

POOLS: dict[Kind, Callable[[Exercise], list[Program]]] = {
    "right": pool.right_programs,
    "wrong": pool.wrong_programs,
    "unfinished": pool.starters,
    "broken": pool.broken_programs,
    "hostile": pool.wrong_programs,
}
# What is handed in where no program of a kind fits into the notebook.
INSTEAD: dict[Kind, Kind] = {"wrong": "right", "right": "unfinished", "hostile": "unfinished"}


@dataclass(frozen=True)
class Part:
    """What a student hands in for one exercise."""

    exercise: Exercise
    kind: Kind
    origin: str
    source: str
    """The solution cell; of a hostile part, its wrong solution."""
    before: tuple[str, ...] = ()
    """Cells of the student's own above the solution cell."""
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class DrawnStudent:
    id: str
    character: str
    parts: tuple[Part, ...]
    """One for each exercise of the chosen assignments, in the order of the course."""
    damage: tuple[tuple[str, str], ...]
    """The (notebook, kind of damage) of each notebook that is not handed in whole."""


class Truth(NamedTuple):
    """What a part deserves."""

    passes: bool
    score: float
    exact: bool
    """Whether the score is this one; otherwise at most this."""


# --- drawing


def draw(seed: int, count: int = 100, assignments: Sequence[str] | None = None) -> list[DrawnStudent]:
    """The class of this seed; of all assignments, if none are named. Raises UsageError for an unknown one.

    A student's parts in an assignment do not depend on `count`, nor on which other assignments are drawn.
    """
    known = list(dict.fromkeys(_assignment(exercise) for exercise in EXERCISES))
    for name in assignments or ():
        if name not in known:
            raise UsageError(f"there is no assignment {name!r}; there are {', '.join(known)}")
    chosen = [name for name in known if assignments is None or name in assignments]
    dealer = random.Random(seed)
    characters, files = (_dealt(dealer, deck, count) for deck in (CHARACTERS, FILES))
    students = []
    for number, (character, file) in enumerate(zip(characters, files, strict=True), start=1):
        identity = f"drawn-{number:03}"
        parts: list[Part] = []
        damage = []
        for name in chosen:
            rng = random.Random(f"{seed} {identity} {name}")
            notebooks = list(dict.fromkeys(item.notebook for item in EXERCISES if _assignment(item) == name))
            parts += _parts(rng, character, notebooks)
            if file != "whole":
                damage.append((rng.choice(notebooks), file))
        students.append(DrawnStudent(identity, character, tuple(parts), tuple(damage)))
    return students


def _assignment(exercise: Exercise) -> str:
    return Path(exercise.notebook).parts[0]


def _dealt(rng: random.Random, deck: dict[str, int], count: int) -> list[str]:
    """`count` cards of a shuffled deck, which is gone through again where it is too small."""
    cards = [card for card, number in deck.items() for _ in range(number)]
    rng.shuffle(cards)
    return [cards[index % len(cards)] for index in range(count)]


def _parts(rng: random.Random, character: str, notebooks: Sequence[str]) -> Iterator[Part]:
    """A student's parts of one assignment."""
    exercises = {notebook: [item for item in EXERCISES if item.notebook == notebook] for notebook in notebooks}
    kinds = iter(_kinds(rng, character, [len(group) for group in exercises.values()]))
    own_ways = rng.random() < 0.5  # the others solve as the course does what they solve
    for group in exercises.values():
        taken = [pool.setup_of(group[0].notebook)[1]]
        lent: set[str] = set()
        for exercise in group:
            part = _part(rng, exercise, next(kinds), taken, lent, own_ways)
            if part.kind == "right":
                lent |= pool.lends(exercise, part.origin)
            if part.kind not in ("broken", "hostile"):  # the first binds nothing, the second is alone in its notebook
                taken.append(names_of(part.source).after(taken[0]))
            yield part


def _kinds(rng: random.Random, character: str, sizes: Sequence[int]) -> list[Kind]:
    """What someone of this character hands in for each exercise of notebooks of these sizes."""
    count = sum(sizes)
    if character == HOSTILE:
        places = {end - 1 - rng.randrange(size) for end, size in zip(accumulate(sizes), sizes, strict=True)}
        return ["hostile" if index in places else "unfinished" for index in range(count)]
    kinds: list[Kind] = ["wrong" if rng.random() < 0.06 else "right" for _ in range(count)]
    if character == "makes several mistakes":
        for index in rng.sample(range(count), max(2, count // 3)):
            kinds[index] = "wrong"
    if character == "stops halfway":
        stop = rng.randint(count // 4, 3 * count // 4)
        kinds[stop:] = ["unfinished"] * (count - stop)
    if character == "leaves a cell broken":
        kinds[rng.randrange(count)] = "broken"
    return kinds


def _part(
    rng: random.Random, exercise: Exercise, kind: Kind, taken: Sequence[Names], lent: Set[str], own_ways: bool
) -> Part:
    """A part of this kind that fits to what is `taken`; of another kind, where none does."""
    programs = POOLS[kind](exercise)
    programs = rng.sample(programs, len(programs))
    if kind in ("unfinished", "broken"):
        return Part(exercise, kind, **vars(programs[0]))
    if not own_ways:
        programs.sort(key=lambda program: program.origin != pool.REFERENCE)
    for program in programs:
        if pool.fits(exercise, program, taken, lent):
            return _hostile(rng, exercise, program) if kind == "hostile" else Part(exercise, kind, **vars(program))
    return _part(rng, exercise, INSTEAD[kind], taken, lent, own_ways)


def _hostile(rng: random.Random, exercise: Exercise, wrong: Program) -> Part:
    exploit = rng.choice(pool.exploits(exercise))
    facts, (_, solution), *own = attack(exercise, [(exercise.file, wrong.source)], exploit.source)
    origin = f"{exploit.origin} on {wrong.origin}"
    return Part(exercise, "hostile", origin, solution, (facts[1],), tuple(source for _, source in own))


# --- the truth


def truth(students: Sequence[DrawnStudent], seed: int) -> dict[str, dict[str, Truth]]:
    """What each student deserves, by the grade_id of each grade cell, in a class that is graded at this hidden seed.

    The judge is asked once for each wrong program and starter, so this takes a fifth of a second for each of them.
    """
    asked = {(part.exercise, part.source) for student in students for part in student.parts if _unknown(student, part)}
    scores: dict[tuple[Exercise, str], float] = {}
    if asked:
        with Sandbox(("numpy", "torch")) as sandbox:
            for exercise, source in asked:
                verdict = grade(exercise, pool.cells_alone(exercise, source), sandbox=sandbox, seed=seed)
                scores[exercise, source] = verdict.score
    return {
        student.id: {pool.grade_id(part.exercise): _deserved(student, part, scores) for part in student.parts}
        for student in students
    }


def _lost(student: DrawnStudent, part: Part) -> bool:
    return dict(student.damage).get(part.exercise.notebook) in LOST


def _unknown(student: DrawnStudent, part: Part) -> bool:
    """Whether the score does not follow from the drawing alone."""
    return part.kind in ("wrong", "unfinished", "hostile") and not _lost(student, part)


def _deserved(student: DrawnStudent, part: Part, scores: Mapping[tuple[Exercise, str], float]) -> Truth:
    if _unknown(student, part):
        return Truth(False, scores[part.exercise, part.source], exact=student.character != HOSTILE)
    passes = part.kind == "right" and not _lost(student, part)
    return Truth(passes, part.exercise.points if passes else 0.0, exact=True)


# --- handing in


def hand_in(students: Sequence[DrawnStudent], release: Path, submitted: Path) -> None:
    """Write every student's notebooks where nbgrader looks for submissions; those that are the same stay untouched.

    Raises UsageError where the release cannot be read or a submission not be written.
    """
    released: dict[str, str] = {}
    for notebook in dict.fromkeys(part.exercise.notebook for student in students for part in student.parts):
        try:
            released[notebook] = (release / notebook).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"there is no release of {notebook} in {release}; make it with `make release`") from None
    for student in students:
        for notebook in dict.fromkeys(part.exercise.notebook for part in student.parts):
            target = submitted / student.id / notebook
            try:
                text = handed_in(released[notebook], notebook, student)
                if text is None:
                    target.unlink(missing_ok=True)
                else:
                    write(text, target)
            except (ValueError, KeyError, TypeError, StopIteration):
                raise UsageError(f"{release / notebook} is not a release of this course; make it again") from None
            except OSError as error:
                raise UsageError(f"{target} cannot be written: {error.strerror}") from None


def handed_in(released: str, notebook: str, student: DrawnStudent) -> str | None:
    """The text of a released notebook as this student hands it in; None where it is missing."""
    content: dict[str, Any] = json.loads(released)
    cells: list[Cell] = content["cells"]
    parts = [part for part in student.parts if part.exercise.notebook == notebook]
    for part in parts:
        solution = cell_of(cells, "solution", part.exercise)
        solution["source"] = part.source
        place = cells.index(solution)
        own = [own_cell(f"own-{number}", source) for number, source in enumerate((*part.before, *part.after))]
        cells[place : place + 1] = [*own[: len(part.before)], solution, *own[len(part.before) :]]
    match dict(student.damage).get(notebook):
        case "missing":
            return None
        case "not JSON":
            return text_of(content)[: len(released) // 2]
        case "tests blanked":
            for part in parts:
                cell_of(cells, "check", part.exercise)["source"] = ""
        case "tests deleted":
            for part in parts:
                cells.remove(cell_of(cells, "check", part.exercise))
        case "tests doubled":
            for part in parts:
                check = cell_of(cells, "check", part.exercise)
                cells.insert(cells.index(check), {**check, "id": f"{check['id']}-again"})
    return text_of(content)
