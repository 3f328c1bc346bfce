"""What the interface to a submission promises, whatever the exercise, on both backends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from backends import Submit, opening
from test_submission_kinds import RUNNING_MEAN, Corridor, Dropout, Network, on_every_rank

from autograder.sandbox import Sandbox
from autograder.submission import Opaque, SubmissionLost, SubmissionRaised


def test_what_a_method_returns_arrives_as_the_name_of_its_type_when_it_is_no_value(submit: Submit) -> None:
    layer = submit(RUNNING_MEAN).build("RunningMean")
    assert layer.call("eval") == Opaque("RunningMean")


def test_an_exception_says_its_class_its_ancestors_and_the_line(submit: Submit) -> None:
    with pytest.raises(SubmissionRaised) as caught:
        submit(RUNNING_MEAN).call("RunningMean", decay=2.0)
    assert caught.value.type == "ValueError"
    assert "Exception" in caught.value.bases
    assert caught.value.message == "decay must be in [0, 1)"
    assert caught.value.where.startswith("line 7 of solution.py: raise ValueError")


def test_a_detached_function_has_no_gradient_and_a_constant_one_has_zeros(submit: Submit) -> None:
    s = submit("def detached(x): return x.detach() ** 2\ndef constant(x): return 0 * x\ndef unused(x, y): return 3 * x")
    x = torch.arange(3.0)
    output, gradients = s.vjp("detached", x, wrt=[0], cotangent=torch.ones(3))
    assert torch.equal(output, x**2)
    assert gradients == [None]
    assert torch.equal(s.vjp("constant", x, wrt=[0], cotangent=torch.ones(3))[1][0], torch.zeros(3))
    of_x, of_y = s.vjp("unused", x, x, wrt=[0, 1], cotangent=torch.ones(3))[1]
    assert torch.equal(of_x, torch.full((3,), 3.0))
    assert of_y is None


def test_an_output_of_the_wrong_shape_still_reaches_the_check(submit: Submit) -> None:
    s = submit("def summed(x): return (x ** 2).sum()")
    output, gradients = s.vjp("summed", torch.arange(3.0), wrt=[0], cotangent=torch.ones(3))
    assert output == 5.0
    assert gradients == [None]


def test_a_check_calls_a_librarys_functions_on_what_the_submission_holds(submit: Submit) -> None:
    s = submit("import torch")
    vector = s.library("torch.nn.utils").call(
        "parameters_to_vector", s.library("torch.nn").build("Linear", 2, 3).build("parameters")
    )
    assert vector.shape == (9,)
    with pytest.raises(SubmissionRaised) as caught:
        s.library("no_such_library").call("anything")
    assert caught.value.type == "ModuleNotFoundError"


def test_the_environment_refuses_a_wrong_action_and_the_submission_can_catch_it(submit: Submit) -> None:
    s = submit("""
def careless(env):
    env.reset()
    return env.step(5)

def careful(env):
    env.reset()
    try:
        return env.step(5)
    except ValueError as error:
        return [type(error).__name__, str(error)]
""")
    env = s.lend(Corridor(np.random.default_rng(0)), "reset", "step")
    assert s.call("careful", env) == ["ValueError", "an action is 0 or 1"]
    with pytest.raises(SubmissionRaised, match="an action is 0 or 1"):
        s.call("careless", env)


def test_what_the_judge_brings_is_used_by_the_submission_and_is_not_among_its_names(submit: Submit) -> None:
    s = submit("""
def descend(model, x):
    model(x).sum().backward()
    return "Scale" in globals()
""")
    source = """
import torch

class Scale(torch.nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = torch.nn.Parameter(factor)

    def forward(self, x):
        return self.factor * x
"""
    model = s.bring(source, "Scale").build("", torch.tensor(2.0))
    assert s.call("descend", model, torch.arange(4.0)) is False
    assert model.build("get_parameter", "factor").get("grad") == 6.0
    with pytest.raises(SubmissionRaised, match="KeyError"):
        s.bring(source, "Shift").fetch()


class Touchy:
    """Raises what it is told to."""

    class OfItsOwn(KeyError):
        pass

    def fail(self, how: str) -> None:
        kinds: dict[str, Exception] = {
            "own": self.OfItsOwn("gone"),
            "index": IndexError("too far"),
            "assertion": AssertionError("not so"),
            "stop": StopIteration(),
            "unicode": UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"),
        }
        raise kinds[how]


@pytest.mark.parametrize(
    ("how", "caught"),
    [
        ("own", "KeyError"),
        ("index", "IndexError"),
        ("assertion", "AssertionError"),
        ("stop", "StopIteration"),
        ("unicode", "RuntimeError"),
    ],
)
def test_what_a_lent_object_raises_arrives_as_its_nearest_builtin_class(how: str, caught: str, submit: Submit) -> None:
    s = submit(f"""
def poke(thing, how):
    try:
        thing.fail(how)
    except {caught} as error:
        return type(error).__name__
""")
    expected = {"unicode": ("RuntimeError", "UnicodeDecodeError")}.get(how, (caught,))
    assert s.call("poke", s.lend(Touchy(), "fail"), how) in expected


def test_a_method_that_was_not_lent_is_not_there(submit: Submit) -> None:
    s = submit("def peek(env): return env.secret()")
    with pytest.raises(SubmissionRaised) as caught:
        s.call("peek", s.lend(Corridor(np.random.default_rng(0)), "reset", "step"))
    assert caught.value.type == "AttributeError"


@pytest.mark.parametrize(
    "forged",
    [
        "env._invoke(env._identity, 'secret', [], {})",
        "env._invoke(99, 'reset', [], {})",
        "env._invoke([1], 'reset', [], {})",
    ],
)
def test_a_call_that_was_forged_past_the_stand_in_ends_the_submission(forged: str, submit: Submit) -> None:
    s = submit(f"def forge(env):\n    try:\n        return {forged}\n    except Exception:\n        return 'caught'")
    with pytest.raises(SubmissionLost) as lost:
        s.call("forge", s.lend(Corridor(np.random.default_rng(0)), "reset", "step"))
    assert "secret" not in str(lost.value), "the name is the submission's text, and could carry what it was given"


def test_an_object_of_the_judge_cannot_be_changed_by_setting_an_attribute(submit: Submit) -> None:
    s = submit("def tamper(layer):\n    layer.training = False")
    layer = Dropout(np.random.default_rng(0), 0.5)
    with pytest.raises(SubmissionRaised, match="training cannot be set"):
        s.call("tamper", s.lend(layer, "__call__", "eval"))


def test_threads_of_a_submission_may_call_a_lent_object_at_once(submit: Submit) -> None:
    s = submit("""
from concurrent.futures import ThreadPoolExecutor
def ask(double):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(double, range(100)))
""")
    assert s.call("ask", s.lend(lambda x: 2 * x, "__call__")) == [2 * n for n in range(100)]


def test_a_held_array_shows_that_it_was_changed_in_place(submit: Submit) -> None:
    s = submit("def polite(x): return x * 2\ndef rude(x):\n    x *= 2\n    return x")
    for make in (np.ones, torch.ones):
        held = s.hold(make(4))
        s.call("polite", held)
        assert held.fetch().sum() == 4
        s.call("rude", held)
        assert held.fetch().sum() == 8


def test_assigning_to_a_held_result_shows_whether_it_is_an_alias_of_the_input(submit: Submit) -> None:
    s = submit("def copy(x): return x + 0\ndef alias(x): return x.reshape(-1)")
    for make in (np.ones, torch.ones):
        held = s.hold(make((2, 3)))
        s.build("copy", held).assign(make(()) * 7)
        assert held.fetch().sum() == 6
        s.build("alias", held).assign(make(()) * 7)
        assert held.fetch().sum() == 42


def test_a_submission_works_on_its_own_copy_of_what_it_is_given(submit: Submit) -> None:
    s = submit("def rude(x):\n    x[...] = 9\n    return x")
    x = np.ones(3)
    got = s.call("rude", x)
    assert got.sum() == 27
    assert x.sum() == 3
    got[...] = 0  # and what the judge was given is the judge's
    assert s.call("rude", x).sum() == 27


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_arrays_arrive_in_the_layout_in_which_they_were_given(library: str, submit: Submit) -> None:
    s = submit("""
def layout(x):
    if hasattr(x, "is_contiguous"):
        return [x.is_contiguous(), x.T.is_contiguous()]
    return [bool(x.flags.c_contiguous), bool(x.flags.f_contiguous)]
""")
    plain: Any = np.arange(24.0).reshape(4, 6)
    if library == "torch":
        plain = torch.from_numpy(plain)
    assert s.call("layout", plain) == [True, False]
    assert s.call("layout", plain.T) == [False, True]
    for gapped in (plain[:, ::2], plain[::2], plain[1:3, 1:4]):
        assert s.call("layout", gapped) == [False, False]
        held = s.hold(gapped)
        assert np.array_equal(np.asarray(held.fetch()), np.asarray(gapped))


def test_ranks_are_independent_copies_of_the_submission(submit: Submit) -> None:
    s = submit("state = []\ndef remember(x):\n    state.append(x)\n    return list(state)")
    s.call("remember", 0)
    with s.ranks(3) as copies:
        assert [copy.call("remember", rank) for rank, copy in enumerate(copies, 1)] == [[1], [2], [3]]
        assert copies[0].call("remember", 9) == [1, 9]
    assert s.call("remember", 0) == [0, 0]


def test_a_deadlock_is_told_to_every_rank_and_the_submission_lives_on(submit: Submit) -> None:
    s = submit("def all_reduce(comm, rank, world_size, array): return comm.recv((rank + 1) % world_size)")
    network = Network(3)
    with pytest.raises(SubmissionRaised, match="deadlock"):
        on_every_rank(s, network, [np.ones(3)] * 3)
    assert network.deadlocked
    s.begin(1)
    s.settle()


def test_a_rank_that_ends_its_process_leaves_the_others_told(sandbox: Sandbox) -> None:
    with opening("worker", sandbox) as submit:
        s = submit("""
import os
def all_reduce(comm, rank, world_size, array):
    if rank == 1:
        os._exit(0)
    return comm.recv(1)
""")
        network = Network(3)
        with pytest.raises((SubmissionLost, SubmissionRaised)):
            on_every_rank(s, network, [np.ones(3)] * 3)
        assert network.deadlocked
        s.begin(1)
        s.settle()


# Many calls for the price of one, and what is sent without waiting.

COUNTER = """
class Counter:
    def __init__(self, start=0):
        if start < 0:
            raise ValueError("start is below 0")
        self.buffer, self.count = [0], start

    def __call__(self, step):
        if step == 0:
            raise ArithmeticError("a step of 0")
        self.count += step
        self.buffer[0] = self.count
        return self.buffer

log = []
def note(x):
    log.append(x)
    return log
"""


def test_each_calls_in_order_and_keeps_every_result_as_it_was(submit: Submit) -> None:
    s = submit(COUNTER)
    assert s.build("Counter").each([1, 2, 3]) == [[1], [3], [6]]
    assert s.each("note", [(1,), (2,)]) == [[1], [1, 2]]
    assert s.each("note", []) == []


def test_each_raises_what_one_of_its_calls_raises(submit: Submit) -> None:
    s = submit(COUNTER)
    counter = s.build("Counter", 10)
    with pytest.raises(SubmissionRaised, match="ArithmeticError: a step of 0"):
        counter.each([1, 0, 1])
    assert counter.get("count") == 11


def test_what_is_sent_without_waiting_is_done_before_the_next_answer(submit: Submit) -> None:
    s = submit(COUNTER)
    counter = s.build("Counter", start=5)
    for _ in range(100):
        counter.tell("", 2)
    held = s.hold(np.zeros(3))
    held.assign(np.arange(3.0))
    assert counter.get("count") == 205
    assert np.array_equal(held.fetch(), np.arange(3.0))


def test_a_failure_of_what_was_sent_is_told_once_and_nothing_after_it_is_done(submit: Submit) -> None:
    s = submit(COUNTER)
    broken = s.build("Counter", start=-1)
    broken.tell("", 1)
    with pytest.raises(SubmissionRaised, match="ValueError: start is below 0"):
        s.call("note", 1)
    assert s.call("note", 2) == [2]
    s.build("Counter", start=-1)
    with pytest.raises(SubmissionRaised, match="start is below 0"):
        s.settle()
    s.settle()


def test_a_new_beginning_forgets_objects_and_failures(submit: Submit) -> None:
    s = submit(COUNTER + "\nimport numpy as np\ndef draw(): return float(np.random.random())")
    s.build("Counter", start=-1)
    s.begin(7)
    first = s.call("draw")
    s.begin(7)
    assert s.call("draw") == first


def test_a_great_deal_may_be_sent_without_waiting(submit: Submit) -> None:
    s = submit("def total(*arrays): return sum(float(a.sum()) for a in arrays)")
    held = [s.hold(np.full(200_000, float(i))) for i in range(12)]  # 19 MB: more than any pipe takes at once
    assert s.call("total", *held) == 200_000.0 * sum(range(12))


MEASURED = """
import numpy as np
def square(x):
    return float((x[:, None] * x[None, :]).sum())
def total(x):
    return float(x.sum())
def by_rows(x):
    return float(sum((number * x).sum() for number in x))
def ends():
    import os
    os._exit(0)
"""


def test_the_most_memory_that_a_call_held_is_measured_from_outside(submit: Submit) -> None:
    s = submit(MEASURED)
    x = np.ones(3000)
    matrix = x.size**2 * x.itemsize
    value, peak = s.measure("square", x)
    assert value == matrix / 8
    assert 0.98 * matrix <= peak < 1.2 * matrix  # the kernel counts pages in batches
    value, peak = s.measure("by_rows", x)
    assert value == matrix / 8
    assert peak < matrix / 20


def test_a_measured_call_counts_its_arguments_at_most_twice(submit: Submit) -> None:
    x = np.ones(4_000_000)
    value, peak = submit(MEASURED).measure("total", x)
    assert value == x.size
    assert 0.98 * x.nbytes <= peak < 2.2 * x.nbytes


def test_a_measured_call_that_fails_says_so_and_costs_the_submission_nothing(submit: Submit) -> None:
    s = submit(MEASURED)
    with pytest.raises(SubmissionRaised, match="TypeError"):
        s.measure("square")
    assert s.call("by_rows", np.ones(2)) == 4.0


def test_a_measured_call_that_ends_its_process_costs_that_call(sandbox: Sandbox) -> None:
    with opening("worker", sandbox) as submit:
        s = submit(MEASURED)
        with pytest.raises(SubmissionLost):
            s.measure("ends")
        assert s.call("by_rows", np.ones(2)) == 4.0
