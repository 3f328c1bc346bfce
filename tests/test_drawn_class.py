"""The drawn class: what is said to be true of it is what the judge finds in the notebooks as they are handed in."""

import builtins
import dis
import inspect
import random
from collections import Counter
from dataclasses import replace

import pytest
from course_copy import SEED

from autograder import judge, notebooks
from autograder.catalog import EXERCISES
from autograder.classroom import drawn_class
from autograder.classroom.drawn_class import draw, hand_in, truth
from autograder.classroom.drawn_programs import grade_id
from autograder.classroom.one_namespace import names_of
from autograder.errors import UsageError
from autograder.sources import cells_from_notebook
from autograder.worker.executor import fresh_namespace

DROPOUT = "02_dropout/dropout.ipynb"
RELEASE = notebooks.directory()  # its cells are those of the release, and a student writes every solution cell
# How many parts of each kind the judge is asked about; each costs a quarter of a second or so.
TRIED = {"right": 9, "wrong": 8, "unfinished": 2, "broken": 2, "hostile": 5}


@pytest.fixture(scope="module", autouse=True)
def no_diagnosis():
    """A diagnosis changes no score, and the first one of an exercise takes up to ten seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "diagnose", lambda exercise, failed, passed: ())
        yield


@pytest.fixture(scope="module")
def students():
    return draw(SEED)


def submission(student, notebook, folder):
    hand_in([student], RELEASE, folder)
    return cells_from_notebook((folder / student.id / notebook).read_text(), notebook)


# --- drawing


def test_the_same_seed_draws_the_same_class_and_another_seed_another(students):
    assert draw(SEED) == students
    assert draw(SEED + 1) != students


def test_a_students_parts_depend_neither_on_the_size_of_the_class_nor_on_the_other_assignments(students):
    for whole, part in zip(students, draw(SEED, 7, ["02_dropout"]), strict=False):
        assert [item for item in whole.parts if item.exercise.chapter == "dropout"] == list(part.parts)


def test_a_hundred_students_hold_every_kind_of_every_exercise_and_every_damage(students):
    kinds = Counter((part.exercise.id, part.kind) for student in students for part in student.parts)
    for exercise in EXERCISES:
        assert all(kinds[exercise.id, kind] for kind in ("right", "wrong", "unfinished")), exercise.id
    assert {kind for _, kind in kinds} == {"right", "wrong", "unfinished", "broken", "hostile"}
    damages = {damage for student in students for _, damage in student.damage}
    assert damages | {"whole"} == set(drawn_class.FILES)


def test_the_shares_are_those_of_a_hundred_students(students):
    assert Counter(student.character for student in students) == drawn_class.CHARACTERS
    assert sum(drawn_class.FILES.values()) == 100


def test_an_unknown_assignment_is_named_with_those_that_there_are():
    with pytest.raises(UsageError, match="no assignment '03_rlhf'; there are 01_attention, 02_dropout"):
        draw(SEED, assignments=["03_rlhf"])


# --- one namespace


def codes(thing):
    """The code objects of a function, or of a class's methods."""
    things = vars(thing).values() if isinstance(thing, type) else [thing]
    # A method of torch.Tensor may be a function around one that is not Python's.
    return [item.__code__ for item in map(inspect.unwrap, things) if hasattr(item, "__code__")]


def global_names(code):
    """The names that a code object looks up outside of itself."""
    nested = [constant for constant in code.co_consts if hasattr(constant, "co_code")]
    own = {step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return own.union(*map(global_names, nested))


@pytest.mark.parametrize("notebook", dict.fromkeys(exercise.notebook for exercise in EXERCISES))
def test_each_name_is_defined_by_its_own_part_and_uses_only_right_parts(students, notebook):
    """Seen by running the cells of every student who is not hostile, and asking Python which cell each code is from."""
    setup = [
        "".join(cell["source"])
        for cell in notebooks.read(RELEASE / notebook)["cells"]
        if cell["metadata"]["autograder"]["role"] == "setup"
    ]
    for student in students:
        parts = {part.exercise.id: part for part in student.parts if part.exercise.notebook == notebook}
        if any(part.kind == "hostile" for part in parts.values()):
            continue
        namespace = fresh_namespace()
        for name, source in [*enumerate(setup), *((name, part.source) for name, part in parts.items())]:
            if name not in parts or parts[name].kind != "broken":
                exec(compile(source, str(name), "exec", dont_inherit=True), namespace)
        for identity, part in parts.items():
            if part.kind == "broken":
                assert not any(name in namespace for name in part.exercise.defines)
                continue
            for code in (code for name in part.exercise.defines for code in codes(namespace[name])):
                # What @dataclass adds to a class is compiled from a string.
                assert code.co_filename in (identity, "<string>"), (student.id, part.origin)
                for used in global_names(code):
                    assert used in namespace or hasattr(builtins, used), (student.id, part.origin)
                    origins = {found.co_filename for found in codes(namespace.get(used))} & parts.keys()
                    for other in (parts[origin] for origin in origins - {identity}):
                        assert other.kind == "right" and used in other.exercise.defines, (student.id, part.origin)
                        assert not isinstance(namespace[used], type) or other.origin == "reference"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("def help(): pass", "def help(): pass"),
        ("def sum(x): return 0", "def total(x): return sum(x)"),
        ("import numpy as np", "import math as np"),
        ("best = 1", "def f():\n    global best\n    best = 2"),
        ("def f():\n    return best", "best = 1"),
    ],
)
def test_code_that_takes_or_changes_a_name_of_the_other_is_kept_apart(first, second):
    one, other = names_of(first), names_of(second)
    assert not (one.leaves_alone(other, set()) and other.leaves_alone(one, set()))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("import numpy as np\ndef f(x): return np.sum(x)", "import numpy as np\ndef g(x): return np.sum(x)"),
        ("def f(help): return help", "def help(): pass"),
        ("from torch.nn import functional as F", "import torch.nn.functional as F"),
    ],
)
def test_equal_imports_and_local_names_keep_nobody_apart(first, second):
    one, other = names_of(first), names_of(second)
    assert one.leaves_alone(other, set())
    assert other.leaves_alone(one, set())


# --- the truth


@pytest.fixture(scope="module")
def tried(students):
    """Some (student, part) of every kind."""
    rng = random.Random(SEED)
    everything = [
        (student, part)
        for student in students
        for part in student.parts
        if dict(student.damage).get(part.exercise.notebook) not in drawn_class.LOST
    ]
    return {kind: rng.sample([item for item in everything if item[1].kind == kind], n) for kind, n in TRIED.items()}


@pytest.fixture(scope="module")
def known(students, tried):
    """The truth about them, for which the judge is asked about nobody else."""
    wanted = [item for items in tried.values() for item in items]
    chosen = [replace(student, parts=tuple(part for other, part in wanted if other == student)) for student in students]
    return truth(chosen, SEED)


@pytest.mark.parametrize(("kind", "number"), [(kind, number) for kind, n in TRIED.items() for number in range(n)])
def test_the_judge_finds_in_the_notebook_what_is_said_to_be_true(tried, known, kind, number, sandbox, tmp_path):
    student, part = tried[kind][number]
    cells = submission(student, part.exercise.notebook, tmp_path)
    verdict = judge.grade(part.exercise, cells, sandbox=sandbox, seed=SEED)
    deserved = known[student.id][grade_id(part.exercise)]
    assert verdict.passed == deserved.passes == (kind == "right"), (part.exercise.id, part.origin, verdict.problem)
    if deserved.exact:
        assert verdict.score == deserved.score, (part.exercise.id, part.origin)
    else:
        assert verdict.score <= deserved.score < part.exercise.points, (part.exercise.id, part.origin)


def test_what_follows_from_the_drawing_is_not_asked_of_the_judge(students, monkeypatch):
    student = next(student for student in students if student.character == "leaves a cell broken")
    parts = tuple(part for part in student.parts if part.kind in ("right", "broken"))
    monkeypatch.setattr(drawn_class, "grade", None)
    found = truth([replace(student, parts=parts, damage=())], SEED)[student.id]
    expected = {grade_id(part.exercise): part.exercise.points * (part.kind == "right") for part in parts}
    assert {cell: known.score for cell, known in found.items()} == expected


# --- damaged files


def one_damaged(kind):
    """A student whose dropout notebook is damaged like this."""
    return replace(draw(SEED, 1, ["02_dropout"])[0], damage=((DROPOUT, kind),))


def test_a_notebook_that_is_not_json_or_missing_deserves_nothing(tmp_path):
    with pytest.raises(UsageError, match="not JSON"):
        submission(one_damaged("not JSON"), DROPOUT, tmp_path)
    hand_in([one_damaged("missing")], RELEASE, tmp_path)
    assert not list(tmp_path.rglob("*.ipynb")), "what an earlier class handed in is gone too"
    for kind in drawn_class.LOST:
        (grades,) = truth([one_damaged(kind)], SEED).values()
        assert set(grades.values()) == {(False, 0.0, True)}


@pytest.mark.parametrize("kind", ["tests blanked", "tests deleted", "tests doubled"])
def test_damaged_tests_change_nothing_that_is_judged(kind, tmp_path):
    student = one_damaged(kind)
    damaged = submission(student, DROPOUT, tmp_path)
    text = (tmp_path / student.id / DROPOUT).read_text()
    whole = submission(replace(student, damage=()), DROPOUT, tmp_path)
    assert [source for _, source in damaged] == [source for _, source in whole]
    times = {"tests blanked": 0, "tests deleted": 0, "tests doubled": 2}[kind]
    assert [text.count(f'check(\\"{part.exercise.id}\\")') for part in student.parts] == [times] * len(student.parts)


# --- handing in


def test_a_notebook_that_is_handed_in_again_stays_untouched(tmp_path):
    students = draw(SEED, 2, ["02_dropout"])
    hand_in(students, RELEASE, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.ipynb")}
    hand_in(students, RELEASE, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.ipynb")} == before
    assert len(before) == 2


def test_a_release_that_is_missing_or_foreign_is_said_in_one_sentence(tmp_path):
    students = draw(SEED, 1, ["02_dropout"])
    with pytest.raises(UsageError, match="no release of 02_dropout"):
        hand_in(students, tmp_path, tmp_path)
    (tmp_path / "02_dropout").mkdir()
    (tmp_path / DROPOUT).write_text('{"cells": []}')
    with pytest.raises(UsageError, match="not a release of this course"):
        hand_in(students, tmp_path, tmp_path)
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        hand_in(students, RELEASE, tmp_path / "taken")
