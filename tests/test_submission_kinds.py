"""One spike for each kind of exercise: a tiny submission and the check that judges it, on both backends.

The kernel backend runs a submission in this process (advisory), the worker backend in a jailed one (final). A right
submission of each kind passes on both, wrong ones fail on both, and both show the judge the same numbers.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from autograder.exercise import Check
from autograder.kernel import random_state_kept, trusted_submission
from autograder.observation import Observation, close, holds, identical
from autograder.sandbox import Limits, Sandbox, Usage
from autograder.submission import Opaque, Submission, SubmissionLost, SubmissionRaised, together
from autograder.trial import CheckRun, run_check

Submit = Callable[[str], Submission]
BACKENDS = ("kernel", "worker")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(("numpy", "torch")) as sandbox:
        yield sandbox


@pytest.fixture(params=BACKENDS)
def submit(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Submit]:
    """Makes a living submission from its source."""
    with opening(request.param, sandbox) as submit:
        yield submit


class opening:
    """Submissions on one backend; all are closed at the end, and this process's generators are left alone."""

    def __init__(self, backend: str, sandbox: Sandbox) -> None:
        self.backend = backend
        self.sandbox = sandbox
        self.opened: list[Submission] = []

    def __enter__(self) -> Submit:
        self.kept = random_state_kept()
        self.kept.__enter__()
        return self.submit

    def __exit__(self, *exception: Any) -> None:
        for submission in self.opened:
            submission.transport.close()
        self.kept.__exit__(None, None, None)

    def submit(self, source: str) -> Submission:
        cells = [("solution.py", source)]
        if self.backend == "kernel":
            submission = trusted_submission(cells)
        else:
            submission = Submission(self.sandbox.open({}, Limits(seconds=60), Usage()))
            loaded = submission.load(cells, [])
            assert not loaded["errors"]
        self.opened.append(submission)
        return submission


def judged(
    check: Callable[[Submission, np.random.Generator], Iterator[Observation]], submission: Submission
) -> CheckRun:
    return run_check(Check(check.__name__, "", 1.0, check), submission, seed=11)


@dataclass(frozen=True)
class Kind:
    """One kind of exercise: how it is judged, a right submission and wrong ones."""

    name: str
    check: Callable[[Submission, np.random.Generator], Iterator[Observation]]
    right: str
    wrong: dict[str, str] = field(repr=False)


# A class with state: built, called, switched between modes.

RUNNING_MEAN = """
import numpy as np

class RunningMean:
    def __init__(self, decay=0.9):
        if not 0 <= decay < 1:
            raise ValueError("decay must be in [0, 1)")
        self.decay, self.mean, self.training = decay, None, True

    def __call__(self, x):
        if self.training:
            batch = x.mean(axis=0)
            self.mean = batch if self.mean is None else self.decay * self.mean + (1 - self.decay) * batch
        return x - self.mean

    def train(self):
        self.training = True
        return self

    def eval(self):
        self.training = False
        return self
"""


def keeps_a_running_mean(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Training updates the mean, evaluation uses it."""
    first, second, third = (rng.standard_normal((5, 3)) + 2 for _ in range(3))
    layer = s.build("RunningMean", decay=0.75)
    yield close("the first output", layer(first), first - first.mean(axis=0))
    mean = 0.75 * first.mean(axis=0) + 0.25 * second.mean(axis=0)
    yield close("the second output", layer(second), second - mean)
    layer.call("eval")
    for _ in range(2):
        yield close("the output in evaluation mode", layer(third), third - mean)
    yield identical("training", layer.get("training"), False)
    back = layer.build("train")  # what a method returns may stay with the submission too, itself included
    mean = 0.75 * mean + 0.25 * third.mean(axis=0)
    yield close("the output after train()", back(third), third - mean)
    yield close("the mean", layer.get("mean"), mean)


# A torch module whose weights the judge draws.

PROJECTION = """
import torch

class Projection(torch.nn.Module):
    def __init__(self, d_in, d_out):
        super().__init__()
        self.linear = torch.nn.Linear(d_in, d_out)

    def load_weights(self, weight, bias):
        self.to(weight.dtype)
        with torch.no_grad():
            self.linear.weight.copy_(weight)
            self.linear.bias.copy_(bias)

    def forward(self, x):
        return torch.tanh(self.linear(x))
"""


def projects_in_every_precision(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With the judge's weights the output and the gradients of the weights agree, in the dtype of the input."""
    module = s.build("Projection", 4, 3)
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        weight, bias, x = (torch.from_numpy(rng.standard_normal(shape)).to(dtype) for shape in ((3, 4), (3,), (5, 4)))
        module.call("load_weights", weight, bias)
        expected = torch.tanh(x.double() @ weight.double().T + bias.double())
        output = module.build("", x)
        got = output.fetch()
        yield identical("the dtype", str(got.dtype), str(dtype))
        yield close(f"the output in {dtype}", got, expected, precision=dtype)
        cotangent = torch.from_numpy(rng.standard_normal((5, 3))).to(dtype)
        output.call("backward", cotangent)
        gradient = module.build("get_parameter", "linear.weight").get("grad")
        slope = cotangent.double() * (1 - expected**2)
        yield close(f"the weight's gradient in {dtype}", gradient, slope.T @ x.double(), precision=dtype, roundings=64)
        module.call("zero_grad")


# A loss, judged by its value and by its vector–Jacobian products.

POLICY_LOSS = """
import torch

def policy_loss(log_probs, values, returns):
    return -log_probs * (returns - values).detach() + 0.5 * (returns - values) ** 2

class Loss:
    def __call__(self, log_probs, values, returns):
        return policy_loss(log_probs, values, returns)

    def elementwise(self, log_probs, values, returns):
        return policy_loss(log_probs, values, returns)
"""


def has_the_right_gradients(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Values are trained by the squared error alone: the policy's term does not reach them."""
    log_probs, values, returns, cotangent = (torch.from_numpy(rng.standard_normal((4, 6))) for _ in range(4))
    expected = -log_probs * (returns - values) + 0.5 * (returns - values) ** 2
    loss = s.build("Loss")
    inputs = (log_probs, values, returns)
    for output, gradients in (
        s.vjp("policy_loss", *inputs, wrt=[0, 1], cotangent=cotangent),
        loss.vjp("", *inputs, wrt=[0, 1], cotangent=cotangent),
        loss.vjp("elementwise", *inputs, wrt=[0, 1], cotangent=cotangent),
    ):
        yield close("the loss", output, expected)
        yield holds("the path to the values", gradients[1] is not None, "no gradient reaches the values")
        yield close("the gradient of log_probs", gradients[0], -(returns - values) * cotangent)
        yield close("the gradient of values", gradients[1], -(returns - values) * cotangent)


# An environment that lives with the judge.

ROLLOUT = """
import numpy as np

def rollout(env, weights, steps):
    observation = env.reset()
    observations, actions, rewards, terminated = [], [], [], []
    for _ in range(steps):
        action = int(observation @ weights > 0)
        observations.append(observation)
        actions.append(action)
        observation, reward, done = env.step(action)
        rewards.append(reward)
        terminated.append(done)
        if done:
            observation = env.reset()
    return {"observations": np.array(observations), "actions": np.array(actions),
            "rewards": np.array(rewards), "terminated": np.array(terminated)}
"""


class Corridor:
    """Walk left or right until one of the ends; what happened is recorded where a submission cannot touch it."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.record: dict[str, list[Any]] = {"observations": [], "actions": [], "rewards": [], "terminated": []}

    def observe(self) -> np.ndarray:
        self.seen = np.array([self.position, *self.rng.standard_normal(2)])
        return self.seen

    def reset(self) -> np.ndarray:
        self.position = int(self.rng.integers(-2, 3))
        return self.observe()

    def step(self, action: int) -> tuple[np.ndarray, float, bool]:
        if action not in (0, 1):
            raise ValueError("an action is 0 or 1")
        self.record["observations"].append(self.seen)
        self.position += 2 * action - 1
        reward, done = float(self.rng.standard_normal()), abs(self.position) >= 4
        for key, value in (("actions", action), ("rewards", reward), ("terminated", done)):
            self.record[key].append(value)
        return self.observe(), reward, done

    def secret(self) -> int:
        return self.position


def records_what_happened(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """400 steps are taken, and the buffers hold what the environment saw."""
    env = Corridor(rng)
    weights = rng.standard_normal(3)
    got = s.call("rollout", s.lend(env, "reset", "step"), weights, 400)
    yield identical("the number of steps", len(env.record["actions"]), 400)
    for key, values in env.record.items():
        yield identical(key, got[key], np.array(values))


# "Write the test": the layer lives with the judge, the learner's test says whether it is right.

LAYER_TEST = """
import numpy as np

def accepts(make_layer):
    try:
        make_layer(1.5)
    except ValueError:
        pass
    else:
        return False
    layer = make_layer(0.25)
    x = np.ones((200, 100))
    dropped = float((layer(x) == 0).mean())
    layer.eval()
    return abs(dropped - 0.25) < 0.05 and bool((layer(x) == x).all())
"""


class Dropout:
    """A layer under test; the wrong ones differ in one line each."""

    def __init__(self, rng: np.random.Generator, rate: float) -> None:
        if not 0 <= rate < 1:
            raise ValueError("the rate must be in [0, 1)")
        self.rng, self.rate, self.training = rng, rate, True

    def __call__(self, x: np.ndarray) -> np.ndarray:
        keep = 1 - self.rate
        return x * (self.rng.random(x.shape) < keep) / keep if self.training else x

    def eval(self) -> None:
        self.training = False


class DropsInEvaluation(Dropout):
    def eval(self) -> None:
        pass


class DropsTooMuch(Dropout):
    def __call__(self, x: np.ndarray) -> np.ndarray:
        return x * (self.rng.random(x.shape) < self.rate) if self.training else x


class TakesAnyRate(Dropout):
    def __init__(self, rng: np.random.Generator, rate: float) -> None:
        super().__init__(rng, min(rate, 0.5))


def tells_right_layers_from_wrong_ones(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The learner's test accepts a right layer and rejects each wrong one."""
    for kind in (Dropout, DropsInEvaluation, DropsTooMuch, TakesAnyRate):

        def make_layer(rate: float, kind: type[Dropout] = kind) -> Any:
            return s.lend(kind(rng, rate), "__call__", "eval")

        verdict = s.call("accepts", s.lend(make_layer, "__call__"))
        yield identical(f"the verdict on {kind.__name__}", verdict, kind is Dropout)


# Several ranks: one submission each, and the judge is the network.

ALL_REDUCE = """
import numpy as np

def all_reduce(comm, rank, world_size, array):
    chunks = np.array_split(array.astype(float), world_size)
    right, left = (rank + 1) % world_size, (rank - 1) % world_size
    for step in range(world_size - 1):
        comm.send(right, chunks[(rank - step) % world_size])
        index = (rank - step - 1) % world_size
        chunks[index] = chunks[index] + comm.recv(left)
    for step in range(world_size - 1):
        comm.send(right, chunks[(rank + 1 - step) % world_size])
        chunks[(rank - step) % world_size] = comm.recv(left)
    return np.concatenate(chunks)
"""


class Network:
    """Carries arrays between ranks, counts what each sends, and ends a deadlock."""

    def __init__(self, world_size: int) -> None:
        self.arrived = threading.Condition()
        self.queues = {(a, b): deque[tuple[int, np.ndarray]]() for a in range(world_size) for b in range(world_size)}
        self.sent_bytes = [0] * world_size
        self.steps = [0] * world_size
        """For each rank, the longest chain of messages that its last one had to wait for."""
        self.waiting: dict[int, int] = {}
        self.running = set(range(world_size))
        self.deadlocked = False

    def port(self, rank: int) -> Port:
        return Port(self, rank)

    def leave(self, rank: int) -> None:
        with self.arrived:
            self.running.discard(rank)
            self._look()

    def _look(self) -> None:
        """When every rank that still runs waits for a message that nobody has sent, none will ever come."""
        stuck = [rank for rank, source in self.waiting.items() if not self.queues[source, rank]]
        if self.running and set(stuck) == self.running:
            self.deadlocked = True
        self.arrived.notify_all()


@dataclass(frozen=True)
class Port:
    """One rank's end of the network."""

    network: Network
    rank: int

    def send(self, to: int, array: Any) -> None:
        network = self.network
        if (self.rank, to) not in network.queues or not isinstance(array, np.ndarray):
            raise ValueError("send(to, array) takes a rank and an array")
        with network.arrived:
            network.sent_bytes[self.rank] += array.nbytes
            network.queues[self.rank, to].append((network.steps[self.rank] + 1, array))
            network._look()

    def recv(self, source: int) -> np.ndarray:
        network = self.network
        if (source, self.rank) not in network.queues:
            raise ValueError("recv(source) takes a rank")
        with network.arrived:
            network.waiting[self.rank] = source
            network._look()
            network.arrived.wait_for(lambda: network.queues[source, self.rank] or network.deadlocked)
            if not network.queues[source, self.rank]:
                raise RuntimeError("deadlock: every rank waits for another")
            del network.waiting[self.rank]
            step, array = network.queues[source, self.rank].popleft()
            network.steps[self.rank] = max(network.steps[self.rank], step)
            return array


def on_every_rank(s: Submission, network: Network, arrays: list[np.ndarray]) -> list[Any]:
    """The results of all_reduce, one for each rank, each in a submission of its own."""

    def one(rank: int, copy: Submission) -> Any:
        try:
            return copy.call(
                "all_reduce", copy.lend(network.port(rank), "send", "recv"), rank, len(arrays), arrays[rank]
            )
        finally:
            network.leave(rank)

    with s.ranks(len(arrays)) as copies:
        return together([partial(one, rank, copy) for rank, copy in enumerate(copies)])


def sums_over_a_ring(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every rank ends with the sum, in 2(N−1) steps of an Nth of the array each."""
    world_size = 4
    arrays = [rng.standard_normal(1000) for _ in range(world_size)]
    network = Network(world_size)
    for rank, got in enumerate(on_every_rank(s, network, arrays)):
        yield close(f"the result of rank {rank}", got, sum(arrays))
    share = 2 * (world_size - 1) * arrays[0].nbytes // world_size
    yield identical("the bytes that each rank sent", network.sent_bytes, [share] * world_size)
    yield identical("the number of steps", max(network.steps), 2 * (world_size - 1))


KINDS = (
    Kind(
        "a class with state",
        keeps_a_running_mean,
        RUNNING_MEAN,
        {
            "updates_in_evaluation": RUNNING_MEAN.replace("if self.training:", "if True:"),
            "forgets_its_past": RUNNING_MEAN.replace("batch if self.mean is None else", "batch if True else"),
            "train_does_nothing": RUNNING_MEAN.replace("self.training = True\n        return", "return"),
        },
    ),
    Kind(
        "a torch module",
        projects_in_every_precision,
        PROJECTION,
        {
            "no_tanh": PROJECTION.replace("torch.tanh(self.linear(x))", "self.linear(x)"),
            "ignores_the_weights": PROJECTION.replace("self.linear.weight.copy_(weight)", "pass"),
            "always_float32": PROJECTION.replace("self.linear(x))", "self.linear(x)).float()"),
            "no_gradient": PROJECTION.replace("self.linear(x))", "self.linear(x).detach())"),
        },
    ),
    Kind(
        "a gradient",
        has_the_right_gradients,
        POLICY_LOSS,
        {
            "advantage_not_detached": POLICY_LOSS.replace(".detach()", ""),
            "loss_detached": POLICY_LOSS.replace(
                "** 2\n\nclass", "** 2 * 0 + 0.5 * (returns - values).detach() ** 2\n\nclass"
            ),
            "everything_detached": POLICY_LOSS.replace("(returns - values) ** 2", "(returns - values).detach() ** 2"),
            "not_a_tensor": POLICY_LOSS.replace(
                "(returns - values) ** 2\n\nclass", "(returns - values) ** 2, None\n\nclass"
            ),
        },
    ),
    Kind(
        "an environment",
        records_what_happened,
        ROLLOUT,
        {
            "forges_the_rewards": ROLLOUT.replace("rewards.append(reward)", "rewards.append(1.0)"),
            "stops_early": ROLLOUT.replace("range(steps)", "range(steps - 1)"),
            "observes_one_step_late": ROLLOUT.replace(
                "observation, reward, done = env.step(action)",
                "observation, reward, done = env.step(action); observations[-1] = observation",
            ),
            "invents_actions": ROLLOUT.replace("env.step(action)", "env.step(7)"),
        },
    ),
    Kind(
        "write the test",
        tells_right_layers_from_wrong_ones,
        LAYER_TEST,
        {
            "accepts_everything": "def accepts(make_layer):\n    return True",
            "rejects_everything": "def accepts(make_layer):\n    return False",
            "never_looks_at_evaluation": LAYER_TEST.replace("bool((layer(x) == x).all())", "True"),
            "never_tries_a_wrong_rate": LAYER_TEST.replace("return False\n    layer", "pass\n    layer"),
        },
    ),
    Kind(
        "several ranks",
        sums_over_a_ring,
        ALL_REDUCE,
        {
            "keeps_to_itself": "def all_reduce(comm, rank, world_size, array):\n    return array * world_size",
            "waits_for_ever": ALL_REDUCE.replace(
                "for step in range(world_size - 1):\n        comm.send(right",
                "for step in range(world_size - 1):\n        comm.recv(left); comm.send(right",
                1,
            ),
            "sends_everything_everywhere": """
def all_reduce(comm, rank, world_size, array):
    others = [r for r in range(world_size) if r != rank]
    for other in others:
        comm.send(other, array)
    return array + sum(comm.recv(other) for other in others)
""",
            "talks_through_python": """
import sys, time
def all_reduce(comm, rank, world_size, array):
    board = sys.modules.setdefault("board", {})
    board[rank] = array
    deadline = time.monotonic() + 1
    while len(board) < world_size and time.monotonic() < deadline:
        time.sleep(0.01)
    return sum(board[r] for r in range(world_size))
""",
        },
    ),
)
EACH_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
EACH_WRONG = pytest.mark.parametrize(
    ("kind", "wrong"), [(kind, wrong) for kind in KINDS for wrong in kind.wrong], ids=lambda x: getattr(x, "name", x)
)


@EACH_KIND
def test_a_right_submission_of_each_kind_passes(kind: Kind, submit: Submit) -> None:
    run = judged(kind.check, submit(kind.right))
    assert run.passed, run.lost or run.failure.detail


@EACH_WRONG
def test_a_wrong_submission_of_each_kind_fails(kind: Kind, wrong: str, submit: Submit) -> None:
    assert kind.wrong[wrong] != kind.right
    assert not judged(kind.check, submit(kind.wrong[wrong])).passed


@EACH_KIND
def test_both_backends_show_the_judge_the_same_numbers(kind: Kind, sandbox: Sandbox) -> None:
    runs = []
    for backend in BACKENDS:
        with opening(backend, sandbox) as submit:
            runs.append(judged(kind.check, submit(kind.right)))
    kernel, worker = (run.observations for run in runs)
    assert [item.name for item in kernel] == [item.name for item in worker]
    for a, b in zip(kernel, worker, strict=True):
        assert np.array_equal(np.asarray(a.got), np.asarray(b.got)), a.name


# What the interface itself promises, whatever the exercise.


def test_what_a_method_returns_arrives_as_the_name_of_its_type_when_it_is_no_value(submit: Submit) -> None:
    layer = submit(RUNNING_MEAN).build("RunningMean")
    assert layer.call("eval") == Opaque("RunningMean")


def test_an_exception_says_its_class_its_ancestors_and_the_line(submit: Submit) -> None:
    with pytest.raises(SubmissionRaised) as caught:
        submit(RUNNING_MEAN).build("RunningMean", decay=2.0)
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
    s.seed(1)


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
        s.seed(1)
