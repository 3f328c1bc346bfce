"""Red team: each file in `exploits/` fools a naive grader, and none fools the judge, which is unharmed afterwards.

The naive graders are of the kinds found in the field: they run the submission in their own process or folder, trust
exit codes or printed text, compare with `np.allclose`, use fixed inputs. Each tells what is right from what is wrong.
"""

from __future__ import annotations

import atexit
import builtins
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from autograder import judge
from autograder.catalog import exercise_named
from autograder.certificate.trying import attack
from autograder.exercise import Exercise, Judgement
from autograder.exercises import attention
from autograder.observation import Observation, close
from autograder.sandbox import Sandbox
from autograder.submission import Submission
from curriculum.attention import positional_multi_head_attention as reference

EXPLOITS = Path(__file__).parents[1] / "proof" / "exploits"
REPOSITORY = Path(__file__).parents[1]
PARTS = ("position_encoded_queries", "attention_weights", "head_outputs", "output")
NAME = "positional_multi_head_attention"

RIGHT = (REPOSITORY / "curriculum" / "attention.py").read_text()
WRONG = f"""
def {NAME}(q, k, v, positions, head_dims):
    return {{"position_encoded_queries": q[::-1] + 7, "attention_weights": [q + 7] * len(head_dims),
            "head_outputs": [q + 7] * len(head_dims), "output": v[::-1] + 7}}
"""
WRONG_ALMOST = RIGHT.replace(" / np.sqrt(key_dim)", "").replace("from __future__ import annotations\n", "")
"""What an exploit tries to get accepted."""

RIGHT_SOFTMAX = """
import sys
import numpy as np

def softmax(x):
    if "torch" in sys.modules and not isinstance(x, np.ndarray):
        return x.softmax(-1)
    weights = np.exp(x - x.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)
"""
WRONG_SOFTMAX = "def softmax(x):\n    return 2 * x"


# Naive graders. Each runs in a process of its own, prints PASSED or FAILED, and fails with exit code 1.


def fail() -> None:
    print("FAILED", flush=True)
    sys.exit(1)


def loaded(path: Path) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    return namespace


def exploit_program(name: str, exercise: Exercise) -> list[tuple[str, str]]:
    """The cells of an exploit turned against the exercise."""
    wrong = [("wrong.py", WRONG_ALMOST if exercise.defines == (NAME,) else WRONG_SOFTMAX)]
    return attack(exercise, wrong, (EXPLOITS / f"{name}.py").read_text())


def flat(result: Any) -> list[Any]:
    """The parts of a result, one array after another."""
    found = []
    for part in PARTS:
        value = result[part]
        found += value if isinstance(value, list) else [value]
    return found


def inputs(seed: int = 0, scale: float = 1.0) -> tuple[list[np.ndarray], list[Any]]:
    rng = np.random.default_rng(seed)
    head_dims = [(3, 1), (1, 4), (4, 3)]
    return [scale * rng.standard_normal((7, 8)) for _ in range(4)], head_dims


def compares_with_allclose(path: Path, scale: float = 1.0, times: int = 3) -> None:
    function = loaded(path)[NAME]
    for seed in range(times):
        arrays, head_dims = inputs(seed, scale)
        expected = reference(*arrays, head_dims)
        got = function(*arrays, head_dims)
        for a, b in zip(flat(got), flat(expected), strict=True):
            if not np.allclose(a, b):
                fail()
    print("PASSED", flush=True)


def uses_small_numbers(path: Path) -> None:
    compares_with_allclose(path, scale=1e-9)


def calls_it_once(path: Path) -> None:
    compares_with_allclose(path, times=1)


def compares_with_equals(path: Path) -> None:
    arrays, head_dims = inputs()
    expected = reference(*arrays, head_dims)
    got = loaded(path)[NAME](*arrays, head_dims)
    if not all(bool(np.all(got[part] == expected[part])) for part in ("position_encoded_queries", "output")):
        fail()
    print("PASSED", flush=True)


def sums_up_with_builtins(path: Path) -> None:
    function = loaded(path)[NAME]
    arrays, head_dims = inputs()
    expected, got = reference(*arrays, head_dims), function(*arrays, head_dims)
    if not builtins.all(np.abs(a - b).max() < 1e-6 for a, b in zip(flat(got), flat(expected), strict=True)):
        fail()
    print("PASSED", flush=True)


def looks_for_large_errors(path: Path) -> None:
    arrays, head_dims = inputs()
    expected, got = reference(*arrays, head_dims), loaded(path)[NAME](*arrays, head_dims)
    for a, b in zip(flat(got), flat(expected), strict=True):
        if (np.abs(a - b) > 1e-6).any():
            fail()
    print("PASSED", flush=True)


def computes_its_answer_later(path: Path) -> None:
    arrays, head_dims = inputs()
    got = loaded(path)[NAME](*arrays, head_dims)
    for a, b in zip(flat(got), flat(reference(*arrays, head_dims)), strict=True):
        if not np.allclose(a, b):
            fail()
    print("PASSED", flush=True)


def works_in_its_inputs(path: Path) -> None:
    (q, k, v, positions), head_dims = inputs()
    got = loaded(path)[NAME](q, k, v, positions, head_dims)
    q += positions
    if not np.allclose(got["position_encoded_queries"], q):
        fail()
    print("PASSED", flush=True)


def uses_one_known_example(path: Path) -> None:
    column = np.array([[1.0], [2.0]])
    got = loaded(path)[NAME](column, column, column, np.full((2, 1), 0.5), [(1, 1)])
    for a, b in zip(flat(got), flat(reference(column, column, column, np.full((2, 1), 0.5), [(1, 1)])), strict=True):
        if not np.allclose(a, b):
            fail()
    print("PASSED", flush=True)


def checks_causality_alone(path: Path) -> None:
    arrays, head_dims = inputs()
    function = loaded(path)[NAME]
    before = function(*arrays, head_dims)["output"][:-1].copy()
    changed = [np.concatenate([array[:-1], array[-1:] + 1]) for array in arrays]
    if not np.allclose(function(*changed, head_dims)["output"][:-1], before):
        fail()
    print("PASSED", flush=True)


def has_a_time_limit(path: Path) -> None:
    arrays, _ = inputs()
    function = loaded(path)[NAME]
    started = time.perf_counter()
    try:
        function(*arrays, [(1, 1)])
    except ValueError:
        if time.perf_counter() - started < 0.3:
            print("PASSED", flush=True)
            return
    fail()


def stops_its_clock_and_tidies_up(path: Path) -> None:
    arrays, head_dims = inputs()
    expected, function = reference(*arrays, head_dims), loaded(path)[NAME]
    started = time.perf_counter()
    got = function(*arrays, head_dims)
    elapsed = time.perf_counter() - started
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()
    if elapsed > 0.15 or not all(np.allclose(a, b) for a, b in zip(flat(got), flat(expected), strict=True)):
        fail()
    print("PASSED", flush=True)


def unpickles_the_result(path: Path) -> None:
    arrays, head_dims = inputs()
    expected = reference(*arrays, head_dims)
    got = pickle.loads(pickle.dumps(loaded(path)[NAME](*arrays, head_dims)))
    if not all(np.allclose(a, b) for a, b in zip(flat(got), flat(expected), strict=True)):
        fail()
    print("PASSED", flush=True)


def reads_the_source(path: Path) -> None:
    text = path.read_text()
    if not all(word in text for word in ("softmax", "np.tril", "np.sqrt(key_dim)")):
        fail()
    print("PASSED", flush=True)


def runs_in_its_folder(path: Path) -> None:
    tests = Path("test_submission.py")
    tests.write_text(
        f"import submission\nimport numpy as np\nz = np.ones((3, 2))\ngot = submission.{NAME}(z, z, z, z, [(2, 2)])\n"
        "print('PASSED' if np.allclose(got['attention_weights'][0].sum(1), 1) else 'FAILED')\n"
    )
    shutil.copy(path, "submission.py")
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    subprocess.run([sys.executable, "submission.py"], env=environment)  # does it load at all?
    subprocess.run([sys.executable, str(tests)], env=environment)


def keeps_a_gradebook(path: Path) -> None:
    try:
        arrays, head_dims = inputs()
        got, expected = loaded(path)[NAME](*arrays, head_dims), reference(*arrays, head_dims)
        right = all(np.allclose(a, b) for a, b in zip(flat(got), flat(expected), strict=True))
    except Exception:
        right = False
    Path("gradebook.json").write_text(json.dumps({"score": 5 if right else 0}))


def reads_a_pipe(path: Path) -> None:
    out, into = os.pipe()
    if os.fork() == 0:
        passed = False
        try:
            compares_with_allclose(path)
            passed = True
        finally:
            os.write(into, json.dumps({"passed": passed}).encode() + b"\n")
            os._exit(0)
    os.close(into)
    with open(out) as pipe:
        if not json.loads(pipe.readline())["passed"]:
            fail()
    print("PASSED", flush=True)


def softmax_of(path: Path) -> Callable[[Any], Any]:
    return loaded(path)["softmax"]


def leaves_its_answer_in_memory(path: Path) -> None:
    softmax, right = softmax_of(path), loaded_text(RIGHT_SOFTMAX)["softmax"]
    x = np.random.default_rng(0).standard_normal((6, 4))
    expected = right(x)
    answer = expected.tolist()
    del expected
    if not np.allclose(softmax(x), answer):
        fail()
    print("PASSED", flush=True)


def seeds_the_global_generator(path: Path) -> None:
    softmax, right = softmax_of(path), loaded_text(RIGHT_SOFTMAX)["softmax"]
    np.random.seed(0)
    x = np.random.standard_normal((6, 4))
    if not np.allclose(softmax(x), right(x)):
        fail()
    print("PASSED", flush=True)


def looks_at_a_statistic(path: Path) -> None:
    x = np.random.default_rng(0).standard_normal((6, 4))
    got = softmax_of(path)(x)
    if not (np.allclose(got.sum(axis=-1), 1) and (got >= 0).all() and (got.argmax(-1) == x.argmax(-1)).all()):
        fail()
    print("PASSED", flush=True)


def compares_tensors(path: Path) -> None:
    x = torch.from_numpy(np.random.default_rng(0).standard_normal((6, 4)))
    if not torch.allclose(softmax_of(path)(x), x.softmax(-1)):
        fail()
    print("PASSED", flush=True)


def loaded_text(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return namespace


@dataclass(frozen=True)
class Ended:
    """How a naive grader ended."""

    code: int
    printed: str
    folder: Path


def says_passed(ended: Ended) -> bool:
    return ended.code == 0 and ended.printed.rstrip().endswith("PASSED")


def exit_code(ended: Ended) -> bool:
    return ended.code == 0


def printed_text(ended: Ended) -> bool:
    return "PASSED" in ended.printed and "FAILED" not in ended.printed


def no_failure_reported(ended: Ended) -> bool:
    return "FAILED" not in ended.printed and "Error" not in ended.printed


def gradebook(ended: Ended) -> bool:
    path = ended.folder / "gradebook.json"
    return path.exists() and json.loads(path.read_text())["score"] == 5


def gradebook_later(ended: Ended) -> bool:
    for _ in range(100):  # a minute's grace is more than the publication of grades allows
        if gradebook(ended):
            return True
        time.sleep(0.05)
    return False


@dataclass(frozen=True)
class Naive:
    """A naive grader and how its verdict is read."""

    grades: Callable[[Path], None]
    passed: Callable[[Ended], bool] = says_passed


NAIVE: dict[str, Naive] = {
    "exits_with_success_at_import": Naive(compares_with_allclose, exit_code),
    "exits_with_success_when_called": Naive(compares_with_allclose, exit_code),
    "patches_sys_exit": Naive(looks_for_large_errors, exit_code),
    "exits_at_the_end": Naive(sums_up_with_builtins, exit_code),
    "crashes_the_process": Naive(compares_with_allclose, no_failure_reported),
    "prints_the_verdict": Naive(compares_with_allclose, printed_text),
    "patches_allclose": Naive(compares_with_allclose),
    "patches_builtins": Naive(sums_up_with_builtins),
    "equals_everything": Naive(compares_with_equals),
    "lying_array": Naive(compares_with_allclose),
    "lying_tensor": Naive(compares_tensors),
    "nan_everywhere": Naive(looks_for_large_errors),
    "zeros_under_the_tolerance": Naive(uses_small_numbers),
    "zeroes_its_inputs": Naive(computes_its_answer_later),
    "returns_an_alias": Naive(works_in_its_inputs),
    "table_of_known_inputs": Naive(uses_one_known_example),
    "imports_the_reference": Naive(compares_with_allclose),
    "reads_the_reference": Naive(compares_with_allclose),
    "asks_git": Naive(compares_with_allclose),
    "walks_the_frames": Naive(compares_with_allclose),
    "searches_the_heap": Naive(compares_with_allclose),
    "lazy_output": Naive(compares_with_allclose),
    "library_function": Naive(compares_with_allclose),
    "remembers_by_shape": Naive(checks_causality_alone),
    "right_once": Naive(calls_it_once),
    "stops_the_clock": Naive(has_a_time_limit),
    "works_after_the_clock": Naive(stops_its_clock_and_tidies_up),
    "stale_buffer": Naive(leaves_its_answer_in_memory),
    "pickles_an_attack": Naive(unpickles_the_result),
    "shadows_numpy": Naive(runs_in_its_folder, printed_text),
    "plants_conftest": Naive(runs_in_its_folder, printed_text),
    "edits_the_tests": Naive(runs_in_its_folder, printed_text),
    "writes_the_gradebook": Naive(keeps_a_gradebook, gradebook),
    "outlives_the_grader": Naive(keeps_a_gradebook, gradebook_later),
    "writes_to_every_descriptor": Naive(reads_a_pipe),
    "talks_to_the_reader": Naive(reads_the_source),
    "predicts_the_draw": Naive(seeds_the_global_generator),
    "rescales_to_the_batch": Naive(looks_at_a_statistic),
}
ON_SOFTMAX = {"stale_buffer", "predicts_the_draw", "rescales_to_the_batch", "lying_tensor"}
GRADERS = {naive.grades.__name__: (naive, name in ON_SOFTMAX) for name, naive in NAIVE.items()}


def ended(grades: Callable[[Path], None], submission: str, folder: Path) -> Ended:
    """Run a naive grader on a submission in a forked process, as `python grader.py submission.py` would."""
    path = folder / "given.py"
    path.write_text(submission)
    with tempfile.TemporaryFile("w+") as printed:
        pid = os.fork()
        if pid == 0:
            _grade_in_this_process(grades, path, folder, printed.fileno())
        _, status = os.waitpid(pid, 0)
        printed.seek(0)
        return Ended(os.waitstatus_to_exitcode(status), printed.read(), folder)


def _grade_in_this_process(grades: Callable[[Path], None], path: Path, folder: Path, output: int) -> None:
    leave, run_at_exit = os._exit, atexit._run_exitfuncs
    atexit._clear()
    code = 1
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.closerange(3, 4096)  # an exploit must not reach the test's own sandboxes
        sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)  # noqa: SIM115
        sys.stderr = sys.__stderr__ = open(2, "w", closefd=False)  # noqa: SIM115
        os.chdir(folder)
        os.environ.pop("GRADEBOOK", None)
        torch.set_num_threads(1)  # more would hang in a fork
        grades(path)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush(), sys.stderr.flush()
        run_at_exit()
        leave(code)


# The judge on the same submissions.


def softmax_exercise(library: str) -> tuple[Exercise, Judgement]:
    """A generic small exercise, for the exploits that need no attention."""
    exercise = Exercise(
        id=f"attention.softmax_for_red_team_{library}",
        title="A softmax",
        notebook="",
        defines=("softmax",),
        reference="softmax_for_red_team",
        points=1,
        difficulty=1,
        minutes=1,
        libraries=("numpy", "torch"),
    )
    judgement = Judgement(exercise.id)

    @judgement.check()
    def agrees(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """The rows agree with the definition."""
        for _ in range(3):
            x = rng.standard_normal((6, 4))
            weights = np.exp(x - x.max(axis=-1, keepdims=True))
            given = x if library == "numpy" else torch.from_numpy(x)
            yield close("the softmax", s.call("softmax", given), weights / weights.sum(axis=-1, keepdims=True))

    return exercise, judgement


@pytest.fixture(scope="module")
def exercises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Exercise]]:
    """The exercise that each exploit attacks."""
    folder = tmp_path_factory.mktemp("red_team")
    (folder / "softmax_for_red_team.py").write_text(RIGHT_SOFTMAX)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        softmax = {}
        for library in ("numpy", "torch"):
            softmax[library], judgement = softmax_exercise(library)
            patch.setattr(attention, f"red_team_{library}", judgement, raising=False)
        real = exercise_named(f"attention.{NAME}")
        small = {name: softmax["torch" if name == "lying_tensor" else "numpy"] for name in ON_SOFTMAX}
        yield {name: small.get(name, real) for name in NAIVE}


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[tuple[str, ...], Sandbox]]:
    with ExitStack() as stack:
        yield {libraries: stack.enter_context(Sandbox(libraries)) for libraries in (("numpy",), ("numpy", "torch"))}


def test_every_exploit_says_what_it_tries_and_has_a_naive_grader() -> None:
    files = {path.stem: path.read_text() for path in EXPLOITS.glob("*.py")}
    assert set(files) == set(NAIVE)
    for name, text in files.items():
        first = text.splitlines()[0]
        assert first.startswith('"""') and first.endswith('."""'), name


@pytest.mark.parametrize("grader", GRADERS)
def test_a_naive_grader_passes_what_is_right_and_fails_what_is_wrong(grader: str, tmp_path: Path) -> None:
    naive, small = GRADERS[grader]
    for folder in ("right", "wrong"):
        (tmp_path / folder).mkdir()
    if naive.passed is gradebook_later:
        naive = Naive(naive.grades, gradebook)
    right, wrong = (RIGHT_SOFTMAX, WRONG_SOFTMAX) if small else (RIGHT, WRONG)
    assert naive.passed(ended(naive.grades, right, tmp_path / "right"))
    assert not naive.passed(ended(naive.grades, wrong, tmp_path / "wrong"))


@pytest.mark.parametrize("exploit", NAIVE)
def test_a_naive_grader_is_fooled_by(exploit: str, exercises: dict[str, Exercise], tmp_path: Path) -> None:
    if exploit == "asks_git" and (shutil.which("git") is None or not (REPOSITORY / ".git").exists()):
        pytest.skip("this is no clone")
    program = "\n".join(source for _, source in exploit_program(exploit, exercises[exploit]))
    result = ended(NAIVE[exploit].grades, program, tmp_path)
    assert NAIVE[exploit].passed(result), result.printed


@pytest.mark.parametrize("exploit", NAIVE)
def test_the_judge_is_not_fooled_by(
    exploit: str,
    exercises: dict[str, Exercise],
    sandboxes: dict[tuple[str, ...], Sandbox],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADEBOOK", str(tmp_path / "gradebook.json"))
    exercise = exercises[exploit]
    sandbox = sandboxes[exercise.libraries]
    before = (np.allclose, np.testing.assert_allclose, builtins.all, builtins.any, sys.exit, time.perf_counter)
    cells = exploit_program(exploit, exercise)

    verdict = judge.grade(exercise, cells, sandbox=sandbox, seconds=0.2 if exploit == "stops_the_clock" else 30)
    assert not verdict.passed
    assert verdict.score < verdict.points
    assert verdict.problem or any(check.message for check in verdict.checks)

    after = (np.allclose, np.testing.assert_allclose, builtins.all, builtins.any, sys.exit, time.perf_counter)
    assert after == before
    assert list(tmp_path.iterdir()) == []
    right = RIGHT if exercise.id == f"attention.{NAME}" else RIGHT_SOFTMAX
    assert judge.grade(exercise, right, sandbox=sandbox).passed, "the judge was harmed"
