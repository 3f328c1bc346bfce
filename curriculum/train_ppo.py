"""Trains a policy by proximal policy optimization, plainly: `python -m curriculum.train_ppo` (Schulman et al. 2017).

One update: act for `steps` steps in all copies of the environment; say how much better each action was than expected
(`gae`); then walk over these samples several times in shuffled minibatches, and raise the probability of what was
better, but no further than the clip allows.

Symbols: a rollout holds arrays (steps, envs, …); a *sample* is one of its steps · envs entries, and an *epoch* is one
walk over all of them. `approx_kl`, `clip_fraction` and `entropy` are measured on the whole rollout when its update is
done; `explained_variance` says how well the value function foresaw the returns before it.

Departures from the paper: one gradient step for policy and value, clipped by its norm; advantages are normalised in
each minibatch; the learning rate falls to zero in a straight line (all as in `openai/baselines`, ppo2). Episodes that
the clock ends are bootstrapped: `next_values` are of what the step led to, before any new start.

This is the version to read. `curriculum.fast_ppo` computes the same numbers sooner.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from torch import Tensor, nn

from curriculum import ppo
from curriculum.advantages import explained_variance, gae
from curriculum.config_options import option, options_of
from curriculum.environments import CartPole, VectorEnv
from curriculum.policies import CategoricalPolicy, Policy, ValueNet
from curriculum.progressive.logs import JsonLines
from curriculum.rollouts import Episodes, Rollout, Samples


@dataclass(frozen=True)
class PPOConfig:
    """How a policy is trained. The defaults solve CartPole, with 32 copies of it, within a few seconds."""

    updates: int = option(200, "rollouts, each with its update; the learning rate falls to 0 over them")
    steps: int = option(32, "steps of each copy of the environment in a rollout")
    epochs: int = option(5, "walks over the samples of a rollout")
    minibatches: int = option(4, "parts into which each walk cuts them")
    learning_rate: float = option(5e-3, "of Adam, at the start")
    anneal: bool = option(True, "let the learning rate fall to 0")
    gamma: float = option(0.98, "discount of a step")
    gae_lambda: float = option(0.9, "0 trusts the value function, 1 the rewards alone")
    clip_eps: float = option(0.2, "how far the ratio may gain from moving away from 1")
    value_clip: float = option(math.inf, "how far a value may gain from moving away from the old one")
    value_coef: float = option(1.0, "weight of the value's loss, ½ of the squared error")
    entropy_coef: float = option(0.0, "weight of the entropy of the policy")
    max_norm: float = option(0.5, "the largest norm of a gradient")
    normalize: bool = option(True, "give the advantages of a minibatch mean 0 and variance 1")
    seed: int = option(0, "of the weights and of all that is drawn")

    def __post_init__(self) -> None:
        for name in ("updates", "steps", "epochs", "minibatches"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} = {getattr(self, name)}; at least 1 is needed")
        for name in ("gamma", "gae_lambda"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} = {getattr(self, name)} is not between 0 and 1")

    def learning_rate_at(self, update: int) -> float:
        return self.learning_rate * (1 - update / self.updates) if self.anneal else self.learning_rate


@dataclass(frozen=True)
class Functions:
    """What a trainer computes with. Another one may be given in place of each: `curriculum.train_my_bug` does."""

    gae: Callable[..., np.ndarray] = gae
    normalize_advantages: Callable[[Tensor], Tensor] = ppo.normalize_advantages
    clipped_surrogate: Callable[[Tensor, Tensor, Tensor, float], Tensor] = ppo.clipped_surrogate
    clipped_value_loss: Callable[[Tensor, Tensor, Tensor, float], Tensor] = ppo.clipped_value_loss


class PPO:
    """A training run: a policy, a value function, the environment, and how far they have come.

    What is drawn in an update depends on the seed and the update alone, and a checkpoint holds the environment too. So
    a run that was stopped goes on as if it had not been.
    """

    def __init__(
        self,
        policy: Policy,
        value: ValueNet,
        env: VectorEnv,
        config: PPOConfig,
        functions: Functions = Functions(),
    ) -> None:
        if config.steps * env.envs % config.minibatches:
            raise ValueError(f"{config.steps} · {env.envs} samples do not make {config.minibatches} equal minibatches")
        self.policy, self.value, self.env, self.config, self.functions = policy, value, env, config, functions
        self.parameters = [*policy.parameters(), *value.parameters()]
        self.optimizer = torch.optim.Adam(self.parameters, lr=config.learning_rate, eps=1e-5, fused=True)
        self.observations = env.reset(config.seed)
        self.episodes = Episodes(env.envs)
        self.updates = 0
        self.seconds = 0.0

    def update(self) -> dict[str, float]:
        """Act, then learn from it; what was measured. Raises FloatingPointError where a number is lost."""
        started = time.perf_counter()
        torch.manual_seed(self.config.seed * 1_000_003 + self.updates)
        rollout = self.collect()
        advantages, values = self.advantages(rollout)
        samples = Samples.of(rollout, advantages, values)
        self.improve(samples, self.minibatches())
        self.updates += 1
        self.seconds += time.perf_counter() - started
        return self.measured(samples)

    @torch.no_grad()
    def collect(self) -> Rollout:
        """Act for `steps` steps, from where the last rollout ended."""
        rows = []
        for _ in range(self.config.steps):
            seen = self.observations
            distribution = self.policy.distribution(torch.from_numpy(seen))
            actions = distribution.sample()
            log_probs = distribution.log_prob(actions)
            step = self.env.step(actions.numpy())
            rows.append(
                (
                    seen,
                    actions.numpy(),
                    log_probs.numpy(),
                    step.rewards,
                    step.terminated,
                    step.truncated,
                    step.final_observations,
                )
            )
            self.observations = step.observations
            self.episodes.add(step.rewards, step.terminated | step.truncated)
        return Rollout(*(np.stack(column) for column in zip(*rows, strict=True)))

    @torch.no_grad()
    def advantages(self, rollout: Rollout) -> tuple[np.ndarray, np.ndarray]:
        """The advantages and the values, both (steps, envs).

        Acting needs no values, so they are computed here, in two large batches instead of many small ones.
        """
        values = self.value.value(torch.from_numpy(rollout.observations)).numpy()
        next_values = self.value.value(torch.from_numpy(rollout.final_observations)).numpy()
        advantages = self.functions.gae(
            rollout.rewards,
            values,
            next_values,
            rollout.terminated,
            rollout.truncated,
            self.config.gamma,
            self.config.gae_lambda,
        )
        return advantages, values

    def minibatches(self) -> Iterator[Tensor]:
        """The numbers of the samples of each minibatch, shuffled anew in each epoch."""
        count = self.config.steps * self.env.envs
        for _ in range(self.config.epochs):
            yield from torch.randperm(count).chunk(self.config.minibatches)

    def improve(self, samples: Samples, minibatches: Iterable[Tensor]) -> None:
        """One step of Adam for each minibatch."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.learning_rate_at(self.updates)
        for chosen in minibatches:
            loss = self.loss(samples.take(chosen))
            self.optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.parameters, self.config.max_norm)
            self.optimizer.step()

    def loss(self, batch: Samples) -> Tensor:
        """What a minibatch asks to be smaller: surrogate + value_coef · value loss − entropy_coef · entropy."""
        config, functions = self.config, self.functions
        distribution = self.policy.distribution(batch.observations)
        advantages = functions.normalize_advantages(batch.advantages) if config.normalize else batch.advantages
        policy_loss = functions.clipped_surrogate(
            distribution.log_prob(batch.actions), batch.log_probs, advantages, config.clip_eps
        )
        value_loss = functions.clipped_value_loss(
            self.value.value(batch.observations), batch.values, batch.returns, config.value_clip
        )
        loss = policy_loss + config.value_coef * value_loss
        if config.entropy_coef:
            loss = loss - config.entropy_coef * distribution.entropy().mean()
        return loss

    @torch.no_grad()
    def measured(self, samples: Samples) -> dict[str, float]:
        """The numbers to watch, after an update on these samples."""
        distribution = self.policy.distribution(samples.observations)
        log_probs = distribution.log_prob(samples.actions)
        _, _, kl = ppo.approx_kl(log_probs, samples.log_probs)
        ratio = (log_probs - samples.log_probs).exp()
        record = {
            "update": self.updates,
            "env_steps": self.updates * self.config.steps * self.env.envs,
            "episodes": self.episodes.count,
            "mean_return": self.episodes.mean,
            "approx_kl": kl.mean().item(),
            "clip_fraction": ((ratio - 1).abs() > self.config.clip_eps).float().mean().item(),
            "explained_variance": explained_variance(samples.values.numpy(), samples.returns.numpy()),
            "entropy": distribution.entropy().mean().item(),
            "learning_rate": self.config.learning_rate_at(self.updates - 1),
            "seconds": self.seconds,
        }
        if not math.isfinite(record["approx_kl"]):
            raise FloatingPointError(f"the policy is no longer finite after update {self.updates}")
        return record

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "config": asdict(self.config),
            "policy": self.policy.state_dict(),
            "value": self.value.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "env": self.env.state_dict(),
            "observations": torch.from_numpy(self.observations),
            "episodes": [self.episodes.running.tolist(), list(self.episodes.last), self.episodes.count],
            "updates": self.updates,
            "seconds": self.seconds,
        }
        draft = path.with_suffix(".part")
        torch.save(state, draft)
        draft.replace(path)

    def load(self, path: Path) -> None:
        """Go on where a checkpoint was written. Raises ValueError where it is of another run."""
        state = torch.load(path, weights_only=True)
        mine, its = asdict(self.config), state["config"]
        differing = [name for name in mine if mine[name] != its.get(name)]
        if differing:
            raise ValueError(f"{path} was made with another {', '.join(differing)}")
        self.policy.load_state_dict(state["policy"])
        self.value.load_state_dict(state["value"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.env.load_state_dict(state["env"])
        self.observations = state["observations"].numpy()
        running, last, self.episodes.count = state["episodes"]
        self.episodes.running, self.episodes.last = np.array(running), deque(last, maxlen=100)
        self.updates, self.seconds = state["updates"], state["seconds"]


def made(env: VectorEnv, config: PPOConfig) -> PPO:
    """A run with fresh networks that fit the environment."""
    torch.manual_seed(config.seed)
    return PPO(CategoricalPolicy(env.observation_size, env.actions), ValueNet(env.observation_size), env, config)


def train(run: PPO, out: Path, resume: bool = False, target: float | None = None, every: int = 10) -> PPO:
    """Train to the last update, or until the last hundred episodes have the mean return `target`.

    Writes `log.jsonl` and `checkpoint.pt` into `out` every `every` updates, and shows on stderr how it goes. Raises
    ValueError and OSError for what cannot be read or is of another run, FloatingPointError where a number is lost.
    """
    checkpoint = out / "checkpoint.pt"
    if resume and checkpoint.exists():
        run.load(checkpoint)
    out.mkdir(parents=True, exist_ok=True)
    if not run.updates:
        (out / "log.jsonl").unlink(missing_ok=True)
    log = JsonLines(out / "log.jsonl")
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    try:
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("", total=run.config.updates, completed=run.updates)
            while run.updates < run.config.updates and not (target is not None and run.episodes.reached(target)):
                record = run.update()
                if run.updates % every == 0 or run.updates == run.config.updates:
                    log(record)
                    run.save(checkpoint)
                progress.update(task, completed=run.updates, description=said(record))
    finally:
        log.close()
    run.save(checkpoint)
    return run


def said(record: dict[str, float]) -> str:
    """The numbers that matter, in a line."""
    return (
        f"return {record['mean_return']:.1f}  KL {record['approx_kl']:.4f}  clipped {record['clip_fraction']:.0%}  "
        f"explained {record['explained_variance']:.2f}  entropy {record['entropy']:.2f}"
    )


ENVIRONMENTS: dict[str, Callable[[int], VectorEnv]] = {"cartpole": CartPole}


@click.command(help=(__doc__ or "").splitlines()[0])
@options_of(PPOConfig)
@click.option("--env", "name", type=click.Choice(list(ENVIRONMENTS)), default="cartpole", show_default=True)
@click.option("--envs", type=click.IntRange(1), default=32, show_default=True, help="Copies of it.")
@click.option("--target", type=float, help="Stop when the last hundred episodes have this mean return.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/ppo"), help="Folder of log and checkpoint.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(name: str, envs: int, target: float | None, out: Path, resume: bool, **options: Any) -> None:
    torch.set_num_threads(1)  # the networks are too small to be shared out
    try:
        run = train(made(ENVIRONMENTS[name](envs), PPOConfig(**options)), out, resume, target)
    except KeyboardInterrupt:
        raise SystemExit(f"stopped; what was saved last is kept: --resume --out {out} goes on from there") from None
    except FloatingPointError as error:
        raise SystemExit(f"{error}: try a smaller --learning-rate") from None
    except (ValueError, OSError, RuntimeError) as error:
        raise SystemExit(str(error)) from None
    click.echo(
        f"mean return {run.episodes.mean:.1f} after {run.updates} updates, {run.episodes.count:,} episodes and "
        f"{run.seconds:.1f} s"
    )


if __name__ == "__main__":
    main()
