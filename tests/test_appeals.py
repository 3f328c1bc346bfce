"""A grader that is unfair, an appeal against it, the mended grader, and the class regraded.

All of it happens in a copy of the repository, whose grader for `dropout.depth` accepts only what rounds as the
reference does.
"""

import json
import shutil
import sys

import nbformat
import pytest
from course_copy import ENVIRONMENT, ROOT, copied_to, gradebook, run

from autograder.catalog import EXERCISES, exercise_named
from autograder.reference import solution_source

DEPTH = exercise_named("dropout.depth")
GRADER = "autograder/exercises/dropout/formulas.py"
FAIR = """        expected = np.multiply.accumulate([1.0, *[(1.0 - rate) * scale * scale] * layers])
        got = s.call("second_moment_through_depth", layers, rate, scale)
        yield close("the second moments", got, expected, magnitude=expected)
"""
UNFAIR = """        expected = ((1.0 - rate) * scale**2) ** np.arange(layers + 1)
        got = s.call("second_moment_through_depth", layers, rate, scale)
        yield close("the second moments", got, expected, magnitude=expected, roundings=0)
"""
ANOTHER_WAY = '''def factor_of(keep, scale):
    return keep * scale * scale


# One layer after another.
def second_moment_through_depth(depth, dropout_rate, scale):
    """Products, from 1 on."""
    return np.cumprod([1.0] + [factor_of(1.0 - dropout_rate, scale)] * depth)'''
ADA, CAROL = "ada", "carol"
CELL = "check-dropout-depth"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = copied_to(tmp_path_factory.mktemp("course"), "notebooks", "autograder", "curriculum", "proof")
    grader = folder / GRADER
    assert FAIR in grader.read_text()
    grader.write_text(grader.read_text().replace(FAIR, UNFAIR))
    assert command(folder, "release").returncode == 0
    for student, depth in ((ADA, solution_source(DEPTH)), (CAROL, ANOTHER_WAY)):
        hand_in(folder, student, depth)
    graded = command(folder, "grade-class", "02_dropout")
    assert graded.returncode == 0, graded.stderr
    return folder


def command(folder, *arguments):
    environment = {**ENVIRONMENT, "PYTHONPATH": str(folder)}
    return run(folder, sys.executable, "-W", "ignore", "-m", "autograder", *arguments, environment=environment)


def hand_in(folder, student, depth):
    """The course's own solutions, but for this one."""
    notebook = nbformat.read(folder / "build/release" / DEPTH.notebook, 4)
    for exercise in EXERCISES:
        for cell in notebook.cells:
            if cell.metadata.get("autograder", {}) == {"exercise": exercise.id, "role": "solution"}:
                cell.source = depth if exercise == DEPTH else solution_source(exercise)
    target = folder / "build/submitted" / student / DEPTH.notebook
    target.parent.mkdir(parents=True)
    nbformat.write(notebook, target)


def points(folder, student):
    return gradebook(folder)[student][CELL]


@pytest.fixture(scope="module")
def upheld(course):
    """What is printed where the instructor upholds an appeal against a grader that is still unfair."""
    assert points(course, ADA) == DEPTH.points and points(course, CAROL) < DEPTH.points
    return command(course, "appeal", CAROL, DEPTH.id, "--uphold", "--seeds", "3", "--jobs", "2")


def test_an_appeal_collects_what_is_disputed(course):
    done = command(course, "appeal", CAROL, DEPTH.id)
    assert done.returncode == 0, done.stderr
    folder = course / "build/appeals" / CAROL / DEPTH.id
    source = (folder / DEPTH.file).read_text()
    assert "np.cumprod" in source and "def factor_of" in source and "import numpy as np" in source
    assert "# One layer" not in source.partition("def factor_of")[0] and "InvertedDropout" not in source
    assert not json.loads((folder / "verdict.json").read_text())["passed"]
    assert (folder / "dropout.ipynb").exists()


def test_an_upheld_appeal_is_a_variant_that_the_certificate_asks_for(course, upheld):
    (variant,) = (course / "proof/variants" / DEPTH.id).glob("appeal_*.py")
    assert CAROL not in variant.read_text()
    assert upheld.returncode == 1, upheld.stderr
    assert f"the variant {variant.stem} is rejected" in upheld.stdout
    assert "mend the grader" in upheld.stdout


@pytest.fixture(scope="module")
def mended(course, upheld):
    shutil.copy(ROOT / GRADER, course / GRADER)
    return course


def test_with_a_mended_grader_the_certificate_holds(mended):
    done = command(mended, "appeal", CAROL, DEPTH.id, "--uphold", "--seeds", "3", "--jobs", "2")
    assert "The certificate holds with it" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_a_regrade_shows_whose_score_changes_before_it_changes_it(mended):
    before = gradebook(mended)
    done = command(mended, "regrade")
    assert done.returncode == 0, done.stderr
    shown = [line for line in done.stdout.splitlines() if "→" in line]
    assert shown == [f"{CAROL}, {DEPTH.id}: {before[CAROL][CELL]:g} → {DEPTH.points:g}"]
    assert "--yes changes it" in done.stdout
    assert gradebook(mended) == before


def test_a_regrade_that_is_confirmed_changes_that_and_nothing_else(mended):
    before = gradebook(mended)
    page = mended / "build/feedback" / ADA / "02_dropout" / "dropout.html"
    written = page.stat().st_mtime_ns
    done = command(mended, "regrade", "--yes")
    assert done.returncode == 0, done.stderr
    before[CAROL][CELL] = DEPTH.points
    assert gradebook(mended) == before
    assert page.stat().st_mtime_ns == written
    assert "Nothing was graded by another grader" in command(mended, "regrade").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody", "dropout.depth"), "nobody has no graded 02_dropout/dropout.ipynb"),
        ((ADA, "dropout.nothing"), "dropout.nothing"),
        ((ADA, "attention.softmax"), "has no graded"),
    ],
)
def test_what_cannot_be_appealed_is_named(course, arguments, said):
    done = command(course, "appeal", *arguments)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr
