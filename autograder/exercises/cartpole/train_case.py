"""A run of `train`: the model that the judge brings, the environment that stays with it, and what is right for both.

The model is small enough to write down: logits x·A + a, values tanh(x·B)·b. The optimizer is gradient descent with
momentum. The environment draws observations, rewards and ends that nobody can foresee and records the actions; from
that the oracle makes every update again, sample by sample, in double precision.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.submission import Remote, Submission

BROUGHT = """
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self, tables):
        super().__init__()
        for name, table in tables.items():
            self.register_parameter(name, nn.Parameter(table))

    def logits(self, x):
        return x @ self.A + self.a

    def value(self, x):
        return torch.tanh(x @ self.B) @ self.b

    def tables(self):
        return {name: table.detach() for name, table in self.named_parameters()}

class Momentum:
    def __init__(self, model, rate, momentum):
        self.learned = list(model.parameters())
        self.speed = [torch.zeros_like(p) for p in self.learned]
        self.rate, self.momentum, self.history = rate, momentum, []
        self.names = [name for name, _ in model.named_parameters()]

    def zero_grad(self, set_to_none=True):
        for p in self.learned:
            p.grad = None

    @torch.no_grad()
    def step(self):
        for p, speed in zip(self.learned, self.speed):
            if p.grad is not None:
                speed.mul_(self.momentum).add_(p.grad)
                p.sub_(self.rate * speed)
        self.history.append({name: p.detach().clone() for name, p in zip(self.names, self.learned)})

class Net(nn.Module):
    def __init__(self, size, actions, seed):
        super().__init__()
        torch.manual_seed(seed)
        def part(last, gain):
            layers = [nn.Linear(size, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, last)]
            for layer, scale in zip(layers[::2], (2 ** 0.5, 2 ** 0.5, gain)):
                nn.init.orthogonal_(layer.weight, scale)
                nn.init.zeros_(layer.bias)
            return nn.Sequential(*layers)
        self.policy, self.critic = part(actions, 0.01), part(1, 1.0)

    def logits(self, x):
        return self.policy(x)

    def value(self, x):
        return self.critic(x)[:, 0]

    def tables(self):
        return [p.detach() for p in self.policy.parameters()]

def adam(model, rate):
    return torch.optim.Adam(model.parameters(), lr=rate, eps=1e-5)
"""
Tables = dict[str, Tensor]


class Recorded:
    """An environment whose observations, rewards and ends are drawn, whatever is done in it."""

    def __init__(self, rng: np.random.Generator, envs: int, size: int, actions: int) -> None:
        self.rng, self.envs, self.size, self.actions = rng, envs, size, actions
        self.rows: list[tuple[np.ndarray, ...]] = []
        self.resets = 0
        self.seen = self.drawn()

    def drawn(self) -> np.ndarray:
        return self.rng.normal(0.0, 1.0, (self.envs, self.size)).astype(np.float32)

    def reset(self) -> np.ndarray:
        self.resets += 1
        return self.seen.copy()

    def step(self, actions: Any) -> tuple[np.ndarray, ...]:
        right = isinstance(actions, np.ndarray) and actions.shape == (self.envs,) and actions.dtype.kind == "i"
        if not right or not ((actions >= 0) & (actions < self.actions)).all() or len(self.rows) > 500:
            raise ValueError(f"step takes an integer array of {self.envs} actions")
        led_to = self.drawn()
        terminated, truncated = (self.rng.random(self.envs) < 0.2 for _ in range(2))
        following = np.where((terminated | truncated)[:, None], self.drawn(), led_to)
        rewards = self.rng.normal(0.0, 2.0, self.envs).astype(np.float32)
        self.rows.append((self.seen, actions.copy(), rewards, terminated, truncated, led_to))
        self.seen = following
        return tuple(array.copy() for array in (following, rewards, terminated, truncated, led_to))


class Run:
    """What `train` is given; once carried out, what it made of the model, and what it should have."""

    def __init__(
        self,
        rng: np.random.Generator,
        updates: int = 1,
        steps: int = 4,
        envs: int = 3,
        epochs: int = 1,
        parts: int = 1,
        rate: float = 0.3,
        **options: float,
    ) -> None:
        self.updates, self.steps, self.epochs, self.parts, self.rate = updates, steps, epochs, parts, rate
        self.given = options
        standard = {"gamma": 0.98, "lam": 0.9, "clip": 0.2, "value_coef": 1.0, "entropy_coef": 0.0, "max_norm": 0.5}
        self.options = {**standard, **options}
        size, actions = 3, 4
        shapes = {"A": (size, actions), "a": (actions,), "B": (size, 5), "b": (5,)}
        self.start = {name: torch.from_numpy(rng.normal(0.0, 0.7, shape)).float() for name, shape in shapes.items()}
        self.env = Recorded(rng, envs, size, actions)
        self.momentum = 0.5

    def carried_out(self, s: Submission) -> Run:
        model: Remote = s.bring(BROUGHT, "Model").build("", self.start)
        optimizer = s.bring(BROUGHT, "Momentum").build("", model, self.rate, self.momentum)
        env = s.lend(self.env, "reset", "step")
        s.call("train", env, model, optimizer, self.updates, self.steps, self.epochs, self.parts, **self.given)
        self.end, self.history = model.call("tables"), optimizer.get("history")
        return self

    def whole(self) -> bool:
        """Whether the environment was started once and stepped as often as it should be."""
        return self.env.resets == 1 and len(self.env.rows) == self.updates * self.steps

    def expected(self) -> Tables:
        """The parameters at the end, where each epoch is one minibatch."""
        tables = {name: table.double() for name, table in self.start.items()}
        speed = {name: torch.zeros_like(table) for name, table in tables.items()}
        for update in range(self.updates):
            samples = self.samples(tables, self.env.rows[update * self.steps : (update + 1) * self.steps])
            for _ in range(self.epochs):
                tables, speed = self.stepped(tables, speed, samples)
        return tables

    def firsts(self) -> list[tuple[int, ...]] | None:
        """Which samples made the first of two minibatches in each epoch; None where no choice fits what was stepped."""
        tables = {name: table.double() for name, table in self.start.items()}
        speed = {name: torch.zeros_like(table) for name, table in tables.items()}
        history, found = iter(self.history), []
        for update in range(self.updates):
            samples = self.samples(tables, self.env.rows[update * self.steps : (update + 1) * self.steps])
            for _ in range(self.epochs):
                seen = next(history)
                ways = list(itertools.combinations(range(len(samples)), len(samples) // 2))
                after = [self.stepped(tables, speed, [samples[i] for i in way]) for way in ways]
                errors = [apart(seen, state[0]) for state in after]
                nearest = int(np.argmin(errors))
                rest = [sample for i, sample in enumerate(samples) if i not in ways[nearest]]
                tables, speed = self.stepped(*after[nearest], rest)
                if not max(errors[nearest], apart(next(history), tables)) < 1e-4:
                    return None
                found.append(ways[nearest])
        return found

    def stepped(self, tables: Tables, speed: Tables, part: list[dict[str, Any]]) -> tuple[Tables, Tables]:
        """The parameters and the momentum after one minibatch."""
        leaves = {name: table.clone().requires_grad_() for name, table in tables.items()}
        # Where the clip holds every sample, a table has no influence, and its gradient is 0.
        loss = loss_of(leaves, part, self.options)
        found = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True, materialize_grads=True)
        norm = sum(float((g * g).sum()) for g in found) ** 0.5
        shrink = min(1.0, self.options["max_norm"] / (norm + 1e-6))
        speed = {name: self.momentum * speed[name] + shrink * g for name, g in zip(tables, found, strict=True)}
        return {name: tables[name] - self.rate * speed[name] for name in tables}, speed

    def samples(self, tables: Tables, rows: list[tuple[np.ndarray, ...]]) -> list[dict[str, Any]]:
        """Each sample with its advantage and return, from the definition: step by step back from the end."""
        found = []
        for env in range(self.env.envs):
            carried = 0.0
            for seen, actions, rewards, terminated, truncated, led_to in reversed(rows):
                x, y = (torch.from_numpy(array[env]).double() for array in (seen, led_to))
                value, following = float(value_of(tables, x)), float(value_of(tables, y))
                future = 0.0 if terminated[env] else self.options["gamma"] * following
                if terminated[env] or truncated[env]:
                    carried = 0.0
                error = float(rewards[env]) + future - value
                carried = error + self.options["gamma"] * self.options["lam"] * carried
                action = int(actions[env])
                found.append(
                    {
                        "x": x,
                        "action": action,
                        "old": float(log_policy(tables, x)[action]),
                        "advantage": carried,
                        "value": value,
                        "return": carried + value,
                    }
                )
        return found


def apart(seen: Any, tables: Tables) -> float:
    """The largest difference of two sets of tables; infinite where one is none."""
    if not isinstance(seen, dict) or set(seen) != set(tables):
        return float("inf")
    return max(float((seen[name].double() - table).abs().max()) for name, table in tables.items())


def log_policy(tables: Tables, x: Tensor) -> Tensor:
    z = x @ tables["A"] + tables["a"]
    return z - z.exp().sum().log()


def value_of(tables: Tables, x: Tensor) -> Tensor:
    return (x @ tables["B"]).tanh() @ tables["b"]


def loss_of(tables: Tables, samples: list[dict[str, Any]], options: dict[str, float]) -> Tensor:
    """The loss of a minibatch, one sample after the other."""
    raw = np.array([sample["advantage"] for sample in samples])
    normal = (raw - raw.mean()) / (raw.std() + 1e-8)
    clip, total = options["clip"], torch.zeros((), dtype=torch.float64)
    for sample, advantage in zip(samples, normal, strict=True):
        log_p = log_policy(tables, sample["x"])
        ratio = (log_p[sample["action"]] - sample["old"]).exp()
        bounded = min(max(ratio.item(), 1 - clip), 1 + clip)
        gain = (
            ratio * advantage if ratio.item() * advantage <= bounded * advantage else torch.tensor(bounded * advantage)
        )
        v = value_of(tables, sample["x"])
        moved = v.item() - sample["value"]
        near = sample["value"] + min(max(moved, -clip), clip)
        pulled = abs(moved) <= clip or (v.item() - sample["return"]) ** 2 >= (near - sample["return"]) ** 2
        error = (v - sample["return"]) ** 2 if pulled else torch.tensor((near - sample["return"]) ** 2)
        entropy = -(log_p.exp() * log_p).sum()
        total = total - gain + options["value_coef"] * 0.5 * error - options["entropy_coef"] * entropy
    return total / len(samples)
