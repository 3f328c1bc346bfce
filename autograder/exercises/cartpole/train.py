"""Judgement of `cartpole.train`: PPO from an environment to a better model.

With one minibatch a run is determined by the actions that were drawn, and the judge knows them: what it makes of the
parameters is compared number by number. With two, the optimizer remembers the parameters after each step, and each
pair of steps must be what one way to share out the samples leads to. Only the last check looks at an outcome: CartPole
with its observations rotated and its actions swapped in secret, where the judge plays the learned policy itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, frequency, holds, identical, same_type
from autograder.submission import Submission
from curriculum.environments import CartPole

from .train_case import BROUGHT, Run, Tables, log_policy, loss_of
from .train_misconceptions import add_misconceptions

train = Judgement(
    "cartpole.train",
    hints=(
        "Every function that you need is imported. Write down which arrays each takes, and where they come from.",
        "The log-probabilities in the rollout are the old ones. The new ones come from the model as it is now, in each "
        "minibatch again.",
        "Put advantages and returns into the rollout before it is cut: `minibatches` keeps them with their samples.",
        "For each update: collect, gae, returns = advantages + values. For each epoch: minibatches with a seed that "
        "was not used before. For each minibatch: loss, zero_grad, backward, clip_grad_norm_, step.",
    ),
)


def compared(where: str, run: Run, expected: Tables) -> Iterator[Observation]:
    """The parameters at the end beside what they should be."""
    problem = "the environment is not started once and stepped `updates · steps` times"
    yield holds(f"the steps {where}", run.whole(), problem)
    for name, table in expected.items():
        got = run.end.get(name) if isinstance(run.end, dict) else None
        yield close(f"{name} {where}", got, table.numpy(), magnitude=2.0, roundings=100, precision=torch.float32)


def one_way(s: Submission, rng: np.random.Generator, where: str, **sizes: Any) -> Iterator[Observation]:
    run = Run(rng, **sizes).carried_out(s)
    if not run.whole():
        yield from compared(where, run, {})
        return
    yield from compared(where, run, run.expected())


@train.check()
def acts_with_the_model(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """act draws from the softmax of the logits and gives the log-probability of what it drew; value is the model's."""
    run = Run(rng)
    actor = s.build("Actor", s.bring(BROUGHT, "Model").build("", run.start))
    x = rng.normal(0.0, 1.0, (50, 3)).astype(np.float32)
    got = actor.call("act", x)
    pair = isinstance(got, list) and len(got) == 2
    yield holds("act", pair, "act does not return a pair of arrays")
    actions, log_probs = got
    yield same_type("the actions", actions, np.zeros(50, np.int64))
    yield same_type("the log-probabilities", log_probs, np.zeros(50, np.float32))
    inside = bool(((actions >= 0) & (actions < 4)).all())
    yield holds("the actions", inside, "an action is none of those there are")
    tables = {name: table.double() for name, table in run.start.items()}
    right = [float(log_policy(tables, torch.from_numpy(row).double())[a]) for row, a in zip(x, actions, strict=True)]
    yield close("the log-probabilities", log_probs, np.array(right, np.float32), magnitude=4.0, roundings=64)
    values = np.tanh(x.astype(np.float64) @ tables["B"].numpy()) @ tables["b"].numpy()
    got_values = actor.call("value", x)
    yield same_type("the values", got_values, np.zeros(50, np.float32))
    yield close("the values", got_values, values.astype(np.float32), magnitude=3.0, roundings=64)
    same = np.repeat(x[:1], 3000, axis=0)
    drawn, _ = actor.call("act", same)
    for action in range(4):
        chance = float(log_policy(tables, torch.from_numpy(x[0]).double())[action].exp())
        yield frequency(f"how often action {action} is drawn", int((drawn == action).sum()), 3000, chance)


@train.check()
def has_the_loss(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """minibatch_loss is surrogate + value_coef · value loss − entropy_coef · entropy, of normalised advantages."""
    for coefs in ((1.0, 0.0), (0.3, 0.2)):
        run = Run(rng)
        model = s.bring(BROUGHT, "Model").build("", run.start)
        n, options = 9, {"clip": 0.25, "value_coef": coefs[0], "entropy_coef": coefs[1]}
        tables = {name: table.double() for name, table in run.start.items()}
        x = torch.from_numpy(rng.normal(0.0, 1.0, (n, 3))).float()
        actions = torch.from_numpy(rng.integers(0, 4, n))
        batch = {"observations": x, "actions": actions}
        exact = [float(log_policy(tables, row.double())[a]) for row, a in zip(x, actions, strict=True)]
        for name, array in (
            ("log_probs", np.array(exact) + rng.normal(0.0, 0.4, n)),
            ("advantages", rng.normal(1.0, 2.0, n)),
            ("values", rng.normal(0.0, 1.0, n)),
            ("returns", rng.normal(0.0, 1.0, n)),
        ):
            batch[name] = torch.from_numpy(array).float()
        samples = [
            {
                "x": x[i].double(),
                "action": int(actions[i]),
                "old": float(batch["log_probs"][i]),
                "advantage": float(batch["advantages"][i]),
                "value": float(batch["values"][i]),
                "return": float(batch["returns"][i]),
            }
            for i in range(n)
        ]
        got = s.call("minibatch_loss", model, batch, *options.values())
        expected = np.float64(loss_of(tables, samples, options))
        yield close("the loss", got, expected, magnitude=10.0, roundings=64, precision=torch.float32)


@train.check(weight=2)
def updates_as_defined(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With one minibatch the parameters after an update, or several, are those that PPO defines."""
    yield from one_way(s, rng, "after one step")
    yield from one_way(s, rng, "after four epochs", epochs=4)
    yield from one_way(s, rng, "after three updates", updates=3, epochs=2)


@train.check()
def obeys_its_options(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """gamma, lam, clip, value_coef, entropy_coef and max_norm have their meaning."""
    for name, value in (
        ("gamma", 0.6),
        ("lam", 0.3),
        ("clip", 0.05),
        ("value_coef", 0.2),
        ("entropy_coef", 0.8),
        ("max_norm", 0.1),
        ("max_norm", 50.0),
    ):
        yield from one_way(s, rng, f"with {name} = {value}", epochs=3, rate=0.1, **{name: value})


@train.check(weight=2)
def learns_from_shuffled_minibatches(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With two minibatches each epoch shares out all samples anew, at random, and takes a step for each part."""
    # With wide clips every minibatch leads elsewhere, so that it can be told which one it was.
    wide = {"clip": 5.0, "max_norm": 50.0}
    run = Run(rng, updates=2, steps=2, envs=2, epochs=9, parts=2, rate=0.05, **wide).carried_out(s)
    steps = len(run.history) if isinstance(run.history, list) else 0
    yield identical("the steps of the optimizer", steps, 2 * 9 * 2)
    if not run.whole():
        yield from compared("", run, {})
        return
    firsts = run.firsts()
    problem = "the parameters are not what any way to share out the samples leads to"
    yield holds("the parameters", firsts is not None, problem)
    ways = firsts or []
    # There are six ways to share out four samples: nine epochs alike have a chance of 6⁻⁸, below 1e-6.
    for update in (0, 1):
        problem = "all epochs of an update have the same minibatches"
        yield holds("the epochs of an update", len(set(ways[9 * update : 9 * update + 9])) > 1, problem)
    problem = "the epochs of the second update have the same minibatches as those of the first, one by one"
    yield holds("the epochs of two updates", ways[:9] != ways[9:], problem)


class Secret:
    """CartPole, its observations rotated and its actions swapped or not, both drawn in secret."""

    def __init__(self, rng: np.random.Generator, envs: int) -> None:
        self.rng, self.env = rng, CartPole(envs)
        self.rotation = np.linalg.qr(rng.normal(0.0, 1.0, (4, 4)))[0].astype(np.float32)
        self.order = rng.permutation(2)
        self.steps = 0

    def reset(self) -> np.ndarray:
        return np.asarray(self.env.reset(int(self.rng.integers(1 << 30))) @ self.rotation)

    def step(self, actions: Any) -> tuple[np.ndarray, ...]:
        right = isinstance(actions, np.ndarray) and actions.shape == (self.env.envs,) and actions.dtype.kind == "i"
        if not right or not ((actions == 0) | (actions == 1)).all() or self.steps > 2000:
            raise ValueError(f"step takes an integer array of {self.env.envs} actions, each 0 or 1")
        self.steps += 1
        step = self.env.step(self.order[actions])
        ends = (step.rewards, step.terminated, step.truncated)
        return (step.observations @ self.rotation, *ends, step.final_observations @ self.rotation)

    def played(self, layers: list[np.ndarray]) -> float:
        """The mean return of the likeliest actions of a policy with tanh between its layers."""
        self.steps = 0
        x, total, alive = self.reset(), 0.0, np.ones(self.env.envs, dtype=bool)
        while alive.any():
            h = x.astype(np.float64)
            for place in range(0, len(layers), 2):
                h = h @ layers[place].T + layers[place + 1]
                h = np.tanh(h) if place + 2 < len(layers) else h
            x, _, terminated, truncated, _ = self.step(h.argmax(axis=1))
            total += float(alive.sum())
            alive &= ~(terminated | truncated)
        return total / self.env.envs


@train.check(weight=3)
def balances_a_secret_cartpole(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """On a CartPole that is rotated and permuted in secret, 20 updates make a policy that balances for over 70 steps.

    At random a pole stands for about 22 steps; of 24 right runs that were measured the worst stood for 165.
    """
    env = Secret(rng, 32)
    model = s.bring(BROUGHT, "Net").build("", 4, 2, int(rng.integers(1 << 30)))
    optimizer = s.bring(BROUGHT, "adam").build("", model, 5e-3)
    s.call("train", s.lend(env, "reset", "step"), model, optimizer, 20, 32, 5, 4)
    layers = [np.asarray(layer.double().numpy()) for layer in model.call("tables")]
    mean = env.played(layers)
    yield holds("what the policy has learned", mean > 70, f"the learned policy balances for {mean:.0f} steps")


add_misconceptions(train)
