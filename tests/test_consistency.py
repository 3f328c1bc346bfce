"""Facts that stand in two places agree, and boundaries between packages hold."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import notebooks, reference
from autograder.catalog import EXERCISES, exercise_named, judgement_of
from autograder.kernel import trusted_submission
from autograder.reference import cells_of, module_text, reachable_source, solution_source
from autograder.trial import PUBLIC_SEED, run_check

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(notebooks.directory().glob("*/*.ipynb"))

by_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
by_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


def test_exercise_ids_are_unique_and_belong_to_a_chapter():
    ids = [exercise.id for exercise in EXERCISES]
    assert len(set(ids)) == len(ids)
    assert all(identity.count(".") == 1 for identity in ids)


@by_exercise
def test_points_in_the_notebook_are_the_exercises_points(exercise):
    cell = notebooks.cell_of(exercise, "check")
    assert cell["metadata"]["nbgrader"]["points"] == exercise.points
    assert "".join(cell["source"]) == f'check("{exercise.id}")'


@by_exercise
def test_the_solution_cell_is_its_source_in_the_curriculum(exercise):
    source = "".join(notebooks.cell_of(exercise, "solution")["source"])
    assert source == f"### BEGIN SOLUTION\n{solution_source(exercise)}\n### END SOLUTION"


@by_exercise
def test_every_exercise_has_statement_starter_hint_checks_and_misconceptions(exercise):
    assert len(notebooks.statement(exercise)) > 100
    assert all(name in notebooks.starter(exercise) for name in exercise.defines)
    assert notebooks.cell_of(exercise, "hint")
    judgement = judgement_of(exercise)
    assert len(judgement.checks) >= 2
    assert len(judgement.misconceptions) >= 3
    assert len(judgement.hints) >= 3
    assert len({check.id for check in judgement.checks}) == len(judgement.checks)
    assert len({item.key for item in judgement.misconceptions}) == len(judgement.misconceptions)


@by_exercise
def test_points_of_checks_are_whole_hundredths_and_add_up(exercise):
    checks = judgement_of(exercise).checks
    total = sum(check.weight for check in checks)
    shares = [exercise.points * check.weight / total for check in checks]
    assert shares == pytest.approx([round(share, 2) for share in shares])
    assert sum(shares) == pytest.approx(exercise.points)


@by_exercise
def test_every_misconception_can_be_planted(exercise):
    for item in judgement_of(exercise).misconceptions:
        assert item.edits or item.source
        assert cells_of(exercise, item)


@by_exercise
def test_the_starter_does_not_contain_the_solution(exercise):
    body = [line.strip() for line in solution_source(exercise).splitlines() if "=" in line and "def " not in line]
    starter = notebooks.starter(exercise)
    assert sum(line in starter for line in body) <= len(body) / 2


@by_notebook
def test_notebooks_are_canonical_and_have_no_outputs(path):
    text = path.read_text(encoding="utf-8")
    assert text == notebooks.canonical_text(notebooks.refreshed(json.loads(text))), "run `make notebooks`"


@by_notebook
def test_cell_ids_are_unique_and_those_of_nbgrader(path):
    cells = notebooks.read(path)["cells"]
    ids = [cell["id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    graded = [cell for cell in cells if "nbgrader" in cell["metadata"]]
    assert all(cell["id"] == cell["metadata"]["nbgrader"]["grade_id"] for cell in graded)


@by_notebook
def test_every_exercise_named_in_a_notebook_is_in_the_catalogue(path):
    known = {exercise.id for exercise in EXERCISES if (notebooks.directory() / exercise.notebook) == path}
    named = {cell["metadata"]["autograder"].get("exercise") for cell in notebooks.read(path)["cells"]} - {None}
    assert named == known


@pytest.mark.parametrize("statement", ["import autograder", "import autograder.cli", "import autograder.catalog"])
def test_nothing_heavy_is_imported_before_it_is_needed(statement):
    heavy = ("torch", "numpy", "anthropic", "nbgrader", "matplotlib", "rich", "nbformat")
    code = f"{statement}\nimport sys\nprint([name for name in {heavy!r} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert printed.stdout.strip() == "[]"


def imported_modules(module: str) -> set[str]:
    """Modules of `curriculum` that a module's source imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(module_text(module))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} should import absolutely: its source runs outside its package"
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if (ROOT / (name.replace(".", "/") + ".py")).exists() and name != "curriculum"}


@by_exercise
def test_no_given_module_reaches_the_reference(exercise):
    waiting, reached = list(exercise.given), set()
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += imported_modules(module)
    assert exercise.reference not in reached
    assert not {module for module in reached if module.startswith("autograder")}
    assert reached == set(exercise.given), "what a given module imports must be given too"


def test_curriculum_never_imports_the_autograder():
    for file in (ROOT / "curriculum").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] == "autograder" for name in names), file


def test_the_worker_imports_nothing_of_the_judge():
    for file in (ROOT / "autograder" / "worker").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, file
                assert not (node.module or "").startswith(("autograder", "curriculum")), file


# --- hashes: what a certificate and a kept verdict depend on


@by_exercise
def test_a_judgement_imports_of_the_judgements_only_its_chapters_own(exercise):
    """`exercise_hash` follows relative imports within the chapter, and must not miss others."""
    for file in (ROOT / "autograder" / "exercises" / exercise.chapter).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, file
                assert not (node.module or "").startswith("autograder.exercises"), file


@by_exercise
def test_the_hash_of_an_exercise_covers_all_that_its_solution_uses(exercise):
    submission = trusted_submission([("reachable.py", reachable_source(exercise))], exercise.defines)
    assert all(run_check(check, submission, PUBLIC_SEED).passed for check in judgement_of(exercise).checks)


def test_the_hash_of_an_exercise_covers_what_it_uses_and_no_neighbour(monkeypatch):
    softmax, masked = (exercise_named(f"attention.{name}") for name in ("softmax", "scaled_dot_product_attention"))
    text = module_text("curriculum.attention")
    monkeypatch.setattr(reference, "module_text", lambda module: text.replace("np.exp(x", "np.exp(1 * x"))
    assert "np.exp(1 * x" in reachable_source(softmax)
    assert "np.exp(1 * x" in reachable_source(masked), "it calls softmax"
    assert "causal_mask" not in reachable_source(masked)
