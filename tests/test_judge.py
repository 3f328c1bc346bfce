"""What the judge says of bad submissions and bad checks: one clear sentence, and no point lost for another's fault."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from autograder import judge
from autograder.catalog import exercise_named, judgement_of
from autograder.errors import JudgeError, UsageError
from autograder.exercise import Exercise, Judgement
from autograder.exercises import attention
from autograder.kernel import random_state_kept, trusted_submission
from autograder.observation import close, holds, raises, same_type
from autograder.reference import cells_of, module_text
from autograder.sandbox import Sandbox
from autograder.submission import Submission
from autograder.trial import PUBLIC_SEED, run_check
from autograder.verdict import Resources, Verdict

if TYPE_CHECKING:
    from autograder.exercise import CheckFunction

NAME = "positional_multi_head_attention"
EXERCISE = exercise_named(f"attention.{NAME}")
RIGHT = module_text("curriculum.attention")
SEED = 20_261_120


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(("numpy", "torch")) as sandbox:
        yield sandbox


def grade(
    source: str, sandbox: Sandbox, exercise: Exercise = EXERCISE, seed: int = SEED, seconds: float = 60
) -> Verdict:
    return judge.grade(exercise, source, sandbox=sandbox, seed=seed, seconds=seconds)


def spoiled(condition: str, action: str) -> str:
    """The right solution, but `action` happens where `condition` holds of (q, head_dims)."""
    return (
        RIGHT
        + f"""
_right = {NAME}
def {NAME}(q, k, v, positions, head_dims):
    if {condition}:
        {action}
    return _right(q, k, v, positions, head_dims)
"""
    )


MISFIT = "sum(a for a, _ in head_dims) != q.shape[1] or sum(b for _, b in head_dims) != q.shape[1]"
LAST = "refuses_widths_that_do_not_fit"


def assert_one_clear_sentence(text: str) -> None:
    assert 10 < len(text) < 1000
    assert "\n" not in text
    assert "Traceback" not in text
    assert "autograder/" not in text


def test_a_right_submission_passes_with_all_its_points(sandbox: Sandbox) -> None:
    verdict = grade(RIGHT, sandbox)
    assert verdict.passed
    assert verdict.score == verdict.points == sum(check.max_points for check in verdict.checks) == EXERCISE.points
    assert verdict.problem == ""
    assert not any(check.message for check in verdict.checks)
    assert verdict.diagnosis == ()
    assert verdict.resources.workers == 1


# Submissions that cannot be judged at all.

UNLOADABLE: dict[str, tuple[str, str]] = {
    "a syntax error": (
        f"def {NAME}(q:\n    pass",
        r"it raised SyntaxError: '\(' was never closed \(line 1 of attention.py: def .*\), and so defines no",
    ),
    "an indentation error": ("if 1:\npass", r"it raised IndentationError: expected an indented block .*line 2 of"),
    "a null byte": ("x = 1\0", r"it raised (SyntaxError|ValueError): source code string cannot contain null bytes"),
    "nothing": ("", rf"it defines no {NAME}$"),
    "a name with a slip": (
        "def positional_multihead_attention(*x): pass",
        rf"it defines no {NAME}; it does define positional_multihead_attention$",
    ),
    "an error on the way": (
        "x = 1 / 0",
        r"it raised ZeroDivisionError: division by zero \(line 1 of attention.py: x = 1 / 0\)",
    ),
    "the reference": (
        f"from curriculum.attention import {NAME}",
        "curriculum.attention is not available to a submission: it holds, or leads to, the reference of this exercise",
    ),
    "a library that is not offered": ("import nbgrader", "it raised ModuleNotFoundError: No module named 'nbgrader'"),
    "an exit": ("import sys; sys.exit(3)", r"it raised SystemExit: 3 \(line 1 of attention.py"),
    "an end of the process": (
        "import os; os._exit(0)",
        r"while it was loaded, it ended its process \(os._exit or similar\)",
    ),
    "a crash": ("import ctypes; ctypes.string_at(0)", r"while it was loaded, its process crashed \(SIGSEGV\)"),
    "a signal without a name": (
        "import signal; signal.raise_signal(40)",
        r"while it was loaded, its process crashed \(signal 40\)",
    ),
    "a large allocation": ("x = bytearray(10 ** 10)", r"it raised MemoryError.*line 1 of attention.py: x = bytearray"),
    "an endless recursion": ("def f(): f()\nf()", r"it raised RecursionError: maximum recursion depth exceeded"),
    "a very long source": (
        f"x = '{'x' * 70_000}'",
        "while it was loaded, its source has a string of more than 65536 characters",
    ),
    "an exception without a text": (
        "raise Exception",
        r"it raised Exception:? +\(line 1 of attention.py: raise Exception\)",
    ),
    "an exception that cannot be printed": (
        "class Odd(Exception):\n    def __str__(self): raise SystemExit\nraise Odd",
        r"it raised Odd:? +\(line 3 of attention.py: raise Odd\)",
    ),
}


@pytest.mark.parametrize("case", UNLOADABLE)
def test_a_submission_that_does_not_load_is_told_why(case: str, sandbox: Sandbox) -> None:
    source, sentence = UNLOADABLE[case]
    verdict = grade(source, sandbox)
    assert_one_clear_sentence(verdict.problem)
    assert re.search(sentence, verdict.problem), verdict.problem
    assert not verdict.passed
    assert verdict.score == 0
    assert all(check.message == verdict.problem for check in verdict.checks)


def test_a_submission_that_does_not_end_at_import_is_told_so(sandbox: Sandbox) -> None:
    verdict = grade("while True: pass", sandbox, seconds=0.5)
    assert verdict.problem == "while it was loaded, it did not finish within 0.5 seconds"


def test_a_cell_that_fails_costs_nothing_if_the_solution_is_there(sandbox: Sandbox) -> None:
    cells = [("plot", "1 / 0"), ("solution", RIGHT), ("half an answer", "def f(:"), ("exit", "raise SystemExit")]
    verdict = judge.grade(EXERCISE, cells, sandbox=sandbox, seed=SEED)
    assert verdict.passed


# Submissions that give something wrong.

WRONG: dict[str, tuple[str, str]] = {
    "too few arguments": (
        f"def {NAME}(q): pass",
        r"raised TypeError: positional_multi_head_attention\(\) takes 1 positional argument but 5 were given",
    ),
    "an error of its own": (spoiled("True", "q.nothing"), "raised AttributeError: .* has no attribute 'nothing'"),
    "None": (f"def {NAME}(*x): pass", "the keys of the result .*None"),
    "a list": (f"def {NAME}(*x): return [1]", "the keys of the result .*a list of 1"),
    "a string": (f"def {NAME}(*x): return 'yes'", "the keys of the result .*str 'yes'"),
    "an object": (f"def {NAME}(*x): return object()", "the keys of the result .*an object of type object"),
    "an exit": (spoiled("True", "raise SystemExit(0)"), "raised SystemExit: 0"),
    "an endless recursion": (spoiled("True", f"{NAME}(q, k, v, positions, head_dims)"), "raised RecursionError"),
    "a large allocation": (spoiled("True", "bytearray(10 ** 10)"), "raised MemoryError"),
    "a set": (f"def {NAME}(*x): return {{'output': {{1}}}}", "the keys of the result"),
    "too much to send": (
        spoiled("True", "return np.broadcast_to(1.0, (2 ** 40,))"),
        r"raised TypeError: it returned an array of shape \(1099511627776,\) .*, which cannot be graded",
    ),
    "too deep to send": (
        spoiled("True", "x = []; x.append(x); return x"),
        "it returned a value nested too deeply or with too many parts, which cannot be graded",
    ),
    "an object that fails while it is sent": (
        spoiled("True", "return L()") + "class L(list):\n    def __iter__(self): raise OSError('no')\n",
        "raised OSError: no",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_result_is_described_in_one_sentence(case: str, sandbox: Sandbox) -> None:
    source, sentence = WRONG[case]
    verdict = grade(source, sandbox)
    assert verdict.problem == ""
    first = verdict.checks[0]
    assert not first.passed
    assert_one_clear_sentence(first.message)
    assert re.search(sentence, first.message), first.message
    assert "process" not in first.message, "nothing of this ends the process"


# What ends a process costs the check in which it happened, and no other.

ENDS: dict[str, tuple[str, str]] = {
    "ends its process": ("import os; os._exit(0)", r"it ended its process \(os._exit or similar\)"),
    "crashes": ("import ctypes; ctypes.string_at(0)", r"its process crashed \(SIGSEGV\)"),
    "aborts": ("import os; os.abort()", r"its process crashed \(SIGABRT\)"),
    "loops": ("while True: pass", "it did not finish within 1 seconds"),
    "sleeps": ("import time; time.sleep(1000)", "it did not finish within 1 seconds"),
}


@pytest.mark.parametrize("case", ENDS)
def test_what_ends_the_process_costs_that_check_alone(case: str, sandbox: Sandbox) -> None:
    action, sentence = ENDS[case]
    verdict = grade(spoiled(MISFIT, action), sandbox, seconds=1)
    failed = {check.id: check for check in verdict.checks if not check.passed}
    assert set(failed) == {LAST}
    assert_one_clear_sentence(failed[LAST].message)
    assert re.fullmatch(sentence, failed[LAST].message)
    assert verdict.score == pytest.approx(verdict.points - failed[LAST].max_points)


def test_after_a_crash_the_checks_that_follow_keep_their_points_in_a_second_worker(sandbox: Sandbox) -> None:
    verdict = grade(spoiled("q.dtype == np.float32", "import os; os._exit(1)"), sandbox)
    failed = [check for check in verdict.checks if not check.passed]
    assert [check.id for check in failed] == ["works_in_single_precision_and_any_layout"]
    assert verdict.checks[-1].passed
    assert verdict.resources.workers == 2
    assert verdict.score == pytest.approx(verdict.points - failed[0].max_points)


def test_a_submission_that_always_ends_its_process_takes_a_worker_for_each_check(sandbox: Sandbox) -> None:
    verdict = grade(f"import os\ndef {NAME}(*x): os._exit(0)", sandbox)
    assert verdict.score == 0
    assert verdict.resources.workers == len(verdict.checks)


def test_an_attempt_as_a_whole_has_an_end(sandbox: Sandbox) -> None:
    verdict = grade(f"def {NAME}(*x):\n    while True: pass", sandbox, seconds=0.3)
    assert [check.message for check in verdict.checks].count("it did not finish within 0.3 seconds") >= 3
    assert verdict.checks[-1].message == "the whole attempt took more than 1.2 seconds"


def test_printing_much_changes_nothing_and_keeps_the_beginning(sandbox: Sandbox) -> None:
    verdict = grade(spoiled("True", "print('x' * 10 ** 7)") + "print('the beginning')", sandbox)
    assert verdict.passed
    assert verdict.output.startswith("the beginning\n")
    assert len(verdict.output) <= 10_000


def test_what_is_printed_oddly_harms_nothing(sandbox: Sandbox) -> None:
    odd = "import sys\nprint('\\ud800 \\0 \\x1b[31m', flush=True)\nsys.stderr.write('warning')\nsys.stdout.close()\n"
    verdict = grade(RIGHT + odd, sandbox)
    assert verdict.passed
    json.dumps(verdict.to_json()).encode()
    verdict.output.encode()
    verdict = grade(RIGHT + "import sys\nsys.stdout.write(b'bytes')\n", sandbox)
    assert verdict.passed, "a print that fails is its cell's own"


# A check of ours that is broken.


def small(name: str, *checks: CheckFunction, **changes: Any) -> tuple[Exercise, Judgement]:
    """An exercise `double(x) = 2x` that is judged by `checks` alone."""
    exercise = Exercise(
        id=f"attention.{name}", title="Double", notebook="", defines=("double",), reference="double_for_tests",
        points=4, difficulty=1, minutes=1, file="double.py", libraries=("numpy", "torch"), **changes,
    )  # fmt: skip
    judgement = Judgement(exercise.id)
    for check in checks:
        judgement.check()(check)
    return exercise, judgement


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Exercise]:
    """Makes an exercise that exists for one test."""
    (tmp_path / "double_for_tests.py").write_text("def double(x):\n    return 2 * x\n")
    monkeypatch.syspath_prepend(tmp_path)

    def register(*checks: CheckFunction, **changes: Any) -> Exercise:
        name = f"double_{tmp_path.name}"
        exercise, judgement = small(name, *checks, **changes)
        monkeypatch.setattr(attention, name, judgement, raising=False)
        return exercise

    return register


def doubles(s: Submission, rng: np.random.Generator) -> Any:
    """Twice the input comes out."""
    x = rng.standard_normal((3, 4))
    got = s.call("double", x)
    yield same_type("the double", got, x)
    yield close("the double", got, 2 * x)


KINDS: dict[str, tuple[str, str]] = {
    "None": ("return None", r"the double is None, not a NumPy array of shape \(3, 4\) and dtype float64"),
    "a number": ("return 1.5", "the double is float 1.5, not a NumPy array"),
    "a list": ("return [[1.0] * 4] * 3", "the double is a list of 3, not a NumPy array"),
    "a string": ("return '2x'", "the double is str '2x', not a NumPy array"),
    "a torch tensor": (
        "import torch; return 2 * torch.from_numpy(x)",
        r"the double is a torch tensor of shape \(3, 4\) and dtype float64, but should be a NumPy array",
    ),
    "another shape": ("return 2 * x.T", r"the double is a NumPy array of shape \(4, 3\) .*, but should be .* \(3, 4\)"),
    "another dtype": ("return (2 * x).astype('float32')", "dtype float32, but should be .* dtype float64"),
    "integers": ("return (2 * x).astype(int)", "dtype int64, but should be .* dtype float64"),
    "NaN": ("return x * float('nan')", r"the double has 12 NaN of 12 elements, the first at \[0, 0\]"),
    "one infinity": (
        "y = 2 * x; y[1, 2] = float('inf'); return y",
        r"1 of 12 elements are wrong, by up to inf .*\[1, 2\]",
    ),
    "too small numbers": ("return 1.9 * x", r"12 of 12 elements are wrong, by up to .* there got .*, expected"),
    "objects": ("return x.astype(object)", "it returned an array of dtype object .*, which cannot be graded"),
    "a set": ("return {1}", "the double is an object of type set, not a NumPy array"),
}


@pytest.mark.parametrize("case", KINDS)
def test_a_value_of_the_wrong_kind_is_named(case: str, register: Callable[..., Exercise], sandbox: Sandbox) -> None:
    body, sentence = KINDS[case]
    verdict = grade(f"def double(x):\n    {body}", sandbox, register(doubles))
    assert not verdict.passed
    assert_one_clear_sentence(verdict.checks[0].message)
    assert re.search(sentence, verdict.checks[0].message), verdict.checks[0].message


def broken(error: str) -> CheckFunction:
    def check(s: Submission, rng: np.random.Generator) -> Any:
        """Is broken."""
        s.call("double", 1.0)
        eval(error)
        yield holds("nothing", True, "")

    return check


BREAKS = {
    "NameError": "no_such_name",
    "AssertionError": "(_ for _ in ()).throw(AssertionError('x'))",
    "ZeroDivisionError": "1 / 0",
    "KeyError": "{}['x']",
    "IndexError": "[][1]",
    "TypeError": "None + 1",
    "ImportError": "__import__('no_such_module')",
    "OSError": "open('/no/such/file')",
    "RecursionError": "(lambda f: f(f))(lambda f: f(f))",
    "Unsendable": "s.call('double', 2 ** 70)",
    "nothing but the wrong kind": "close('x', 1.0, None)",
}


@pytest.mark.parametrize("case", BREAKS)
@pytest.mark.parametrize(
    "submission", ["def double(x): return 2 * x", "def double(x): return None"], ids=["right", "wrong"]
)
def test_a_broken_check_is_the_judges_error_and_costs_nobody_points(
    case: str, submission: str, register: Callable[..., Exercise], sandbox: Sandbox
) -> None:
    exercise = register(doubles, broken(BREAKS[case]))
    with pytest.raises(JudgeError, match=rf"the check check of {exercise.id} is broken"):
        grade(submission, sandbox, exercise)
    assert grade(RIGHT, sandbox).passed


def test_a_check_that_yields_no_observation_is_broken(register: Callable[..., Exercise], sandbox: Sandbox) -> None:
    def yields_none(s: Submission, rng: np.random.Generator) -> Any:
        """Yields None."""
        yield None

    with pytest.raises(JudgeError):
        grade("def double(x): return 2 * x", sandbox, register(yields_none))


def test_a_check_that_cannot_read_a_wrong_value_fails_the_submission_and_not_the_judge(
    register: Callable[..., Exercise], sandbox: Sandbox
) -> None:
    def reads_on(s: Submission, rng: np.random.Generator) -> Any:
        """Reads on without looking."""
        yield close(
            "the sum", s.call("double", np.ones(3))["total"] if False else s.call("double", np.ones(3)).sum(), 6.0
        )

    exercise = register(reads_on)
    assert grade("def double(x): return 2 * x", sandbox, exercise).passed
    verdict = grade("def double(x): return {'sum': 6}", sandbox, exercise)
    assert verdict.checks[0].message == "it returned something of the wrong kind or shape, which this check cannot read"


def test_a_wrong_builtin_exception_is_told_from_the_right_one(
    register: Callable[..., Exercise], sandbox: Sandbox
) -> None:
    def refuses(s: Submission, rng: np.random.Generator) -> Any:
        """Refuses text."""
        yield raises("text", lambda: s.call("double", "text"), "TypeError")

    exercise = register(refuses)
    own = "class Mine(TypeError): pass\ndef double(x):\n    raise Mine('no')"
    assert grade(own, sandbox, exercise).passed, "a subclass is one"
    forged = "class TypeError(Exception): pass\ndef double(x):\n    raise TypeError('no')"
    assert not grade(forged, sandbox, exercise).passed, "a namesake is none"
    assert (
        "should raise TypeError, but was accepted"
        in grade("def double(x): return x", sandbox, exercise).checks[0].message
    )


def test_an_unknown_exercise_is_the_callers_error() -> None:
    with pytest.raises(UsageError, match=f"did you mean 'attention.{NAME}'"):
        judge.grade("attention.positional_multihead_attention", "")


# The same again.


def findings(verdict: Verdict) -> dict[str, Any]:
    """What must not depend on when, where or how often a submission is graded."""
    return {
        key: value
        for key, value in verdict.to_json().items()
        if key in ("checks", "passed", "score", "diagnosis", "problem", "seed", "hashes")
    }


class InThisProcess:
    """A stage for trusted cells on the kernel backend."""

    def __init__(self, cells: list[tuple[str, str]]) -> None:
        self.cells = cells

    def submission(self, public: bool) -> Submission:
        return trusted_submission(self.cells)


SOME = [None, *judgement_of(EXERCISE).misconceptions[:12:2]]


@pytest.mark.parametrize("misconception", SOME, ids=lambda item: item.id if item else "reference")
def test_the_same_seed_gives_the_same_verdict_in_a_worker_again_and_in_the_kernel(
    misconception: Any, sandbox: Sandbox
) -> None:
    cells = cells_of(EXERCISE, misconception) if misconception else cells_of(EXERCISE)
    first, second = (judge.grade(EXERCISE, cells, sandbox=sandbox, seed=SEED) for _ in range(2))
    with random_state_kept():
        runs, public = judge.run_all(EXERCISE, InThisProcess(cells), SEED)
        nothing = Resources(0.0, 0.0, 0.0, 0)
        kernel = judge.assemble(EXERCISE, cells, runs, public, "", "", "kernel", SEED, nothing)
    assert findings(first) == findings(second) == findings(kernel)
    assert first.passed == (misconception is None)


@pytest.mark.parametrize("misconception", SOME, ids=lambda item: item.id if item else "reference")
def test_a_verdict_that_nobody_reads_is_the_same_and_costs_one_worker(misconception: Any, sandbox: Sandbox) -> None:
    cells = cells_of(EXERCISE, misconception) if misconception else cells_of(EXERCISE)
    whole = judge.grade(EXERCISE, cells, sandbox=sandbox, seed=SEED)
    short = judge.grade(EXERCISE, cells, sandbox=sandbox, seed=SEED, explained=False)
    assert [(check.id, check.passed, check.points) for check in short.checks] == [
        (check.id, check.passed, check.points) for check in whole.checks
    ]
    assert (short.passed, short.score) == (whole.passed, whole.score)
    assert short.diagnosis == ()
    assert short.resources.workers == 1
    assert all(check.message.endswith("(on hidden inputs)") for check in short.checks if not check.passed)


def test_grading_leaves_the_judges_own_generators_alone(sandbox: Sandbox) -> None:
    np.random.seed(5)
    expected = np.random.random()
    np.random.seed(5)
    grade(f"import numpy as np\nnp.random.seed(1)\ndef {NAME}(*x): return np.random.random()", sandbox)
    assert np.random.random() == expected


# Hidden inputs.


class Recorder:
    """Runs the checks in this process and records the numbers that the submission is given."""

    def __init__(self, seed: int) -> None:
        self.seen: set[str] = set()
        cells = [("reference", RIGHT), ("record", RECORD)]
        with random_state_kept():
            submission = trusted_submission(cells)
            submission.transport.executor.namespace["record"] = self.record
            for check in judgement_of(EXERCISE).checks:
                assert run_check(check, submission, seed).passed

    def record(self, *arrays: np.ndarray) -> None:
        for array in arrays:
            if array.dtype == np.float64:
                self.seen |= {repr(abs(number))[:9] for number in array.ravel().tolist()}


RECORD = f"""
_right = {NAME}
def {NAME}(q, k, v, positions, head_dims):
    record(q, k, v, positions)
    return _right(q, k, v, positions, head_dims)
"""
LEAKY_SEED = 11


@pytest.fixture(scope="module")
def numbers() -> tuple[set[str], set[str]]:
    """The public and the hidden numbers, as texts of at least seven digits, without those that are both."""
    public, hidden = Recorder(PUBLIC_SEED).seen, Recorder(LEAKY_SEED).seen
    public, hidden = ({text for text in texts if len(text) == 9 and "e" not in text} for texts in (public, hidden))
    assert len(public) > 500
    assert len(hidden) > 500
    return public - hidden, hidden - public


def text_of(verdict: Verdict) -> str:
    return json.dumps(verdict.to_json() | {"hashes": {}, "resources": {}})


def found(numbers: set[str], verdict: Verdict) -> list[str]:
    text = text_of(verdict)
    return [number for number in numbers if number in text]


def test_a_submission_that_prints_and_raises_with_its_inputs_shows_the_public_ones_alone(
    numbers: tuple[set[str], set[str]], sandbox: Sandbox
) -> None:
    public, hidden = numbers
    source = f"""
import numpy as np
np.set_printoptions(floatmode="unique")
def {NAME}(q, *others):
    print(q)
    raise ValueError(repr(q[0].tolist()))
"""
    verdict = grade(source, sandbox, seed=LEAKY_SEED)
    assert found(public, verdict), "the public ones should be shown"
    assert found(hidden, verdict) == []


# A submission may know the public inputs, which are the same for everyone, and so tell when it is being judged. It then
# tries to get the hidden numbers out, at once or in the public run that follows.

LEAK = """
import json, linecache, os, stat, struct
import numpy as np
public = set({public})
kept = []
_right = {name}

def call_the_judge(text):
    head = json.dumps({{"invoke": 1, "method": text, "args": [], "kwargs": {{"d": {{}}}}, "arrays": []}}).encode()
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.write(number, struct.pack(">IQ", len(head), 0) + head)
        except OSError:
            pass

def {name}(q, k, v, positions, head_dims):
    if q.dtype == np.float64 and repr(abs(float(q[0, 0])))[:9] not in public:
        kept.append(repr(np.abs(q).ravel().tolist()))
        text = kept[-1][1:80]
        {hidden}
    elif kept:
        text = kept[0][1:80]
        {later}
    return _right(q, k, v, positions, head_dims)
"""
LEAKS: dict[str, tuple[str, str]] = {
    "the message of an exception": ("raise ValueError(text)", "pass"),
    "the class of an exception": ("raise type(text, (Exception,), {})", "pass"),
    "the quoted line": (
        "linecache.cache['attention.py'] = (1, None, [text] * 99, 'attention.py'); raise ValueError", "pass",
    ),
    "the message where another exception is asked for": ("raise KeyError(text)", "pass"),
    "the name of a method that was not lent": ("call_the_judge(text)", "pass"),
    "a text in place of an array": ("return dict(_right(q, k, v, positions, head_dims), output=text)", "pass"),
    "a number in place of an array": (
        "return dict(_right(q, k, v, positions, head_dims), output=float(q[0, 0]))", "pass",
    ),
    "the keys of a dict": ("return {text: 1}", "pass"),
    "the type of an object": ("return type(text, (), {})()", "pass"),
    "a later print": ("return {}", "print(text)"),
    "a later exception": ("return {}", "raise ValueError(text)"),
    "a later result": ("return {}", "return text"),
}  # fmt: skip


@pytest.mark.parametrize("leak", LEAKS)
def test_no_hidden_number_gets_out_by(leak: str, numbers: tuple[set[str], set[str]], sandbox: Sandbox) -> None:
    public, hidden = numbers
    now, later = LEAKS[leak]
    source = RIGHT + LEAK.format(name=NAME, public=sorted(public), hidden=now, later=later)
    verdict = grade(source, sandbox, seed=LEAKY_SEED)
    assert not verdict.passed
    assert found(hidden, verdict) == []
