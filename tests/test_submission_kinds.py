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
from backends import BACKENDS, Submit, opening

from autograder.exercise import Check
from autograder.observation import Observation, close, holds, identical
from autograder.sandbox import Sandbox
from autograder.submission import Submission, together
from autograder.trial import CheckRun, run_check


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


# An optimizer of a model that the judge builds, of a library's parts, where the submission runs.

OPTIMIZER = """
import torch

def optimizer_of(model):
    return torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.5)
"""


def takes_gradient_steps(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A step moves what is free against its gradient, and leaves what is frozen."""
    nn = s.library("torch.nn")
    free, frozen = (nn.build("Linear", 3, 2, bias=False) for _ in range(2))
    frozen.tell("requires_grad_", False)
    optimizer = s.build("optimizer_of", nn.build("ModuleDict", {"free": free, "frozen": frozen}))
    frozen.tell("requires_grad_", True)
    for name, layer, rate in (("free", free, 0.5), ("frozen", frozen, 0.0)):
        weight = layer.build("get_parameter", "weight")
        before, gradient = weight.fetch(), torch.from_numpy(rng.standard_normal((2, 3))).float()
        weight.build("mul", 1.0).tell("backward", gradient)
        optimizer.tell("step")
        yield close(f"the {name} weight", weight.fetch(), before - rate * gradient)


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
        "an optimizer",
        takes_gradient_steps,
        OPTIMIZER,
        {
            "frozen_too": OPTIMIZER.replace(" if p.requires_grad", ""),
            "another_rate": OPTIMIZER.replace("0.5", "0.25"),
            "its_own_model": OPTIMIZER.replace("p for p in model", "p for p in torch.nn.Linear(3, 2)"),
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
