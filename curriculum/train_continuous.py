"""Trains a policy with continuous actions by PPO: `python -m curriculum.train_continuous --task pendulum`.

Tasks: `pendulum` (Gaussian), `pendulum-squashed` (the same, squashed into the bounds), and with the extra `mujoco`
`hopper` and `reacher`, whose observations are scaled by running moments. In all of them rewards are divided by the
standard deviation of the return; what is reported are the returns as they came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
import torch

from curriculum.environments import Pendulum, VectorEnv
from curriculum.mujoco_env import MissingMujoco, MujocoEnv
from curriculum.policies import GaussianPolicy, Policy, SquashedGaussianPolicy, ValueNet
from curriculum.rollouts import Samples
from curriculum.train_ppo import PPO, PPOConfig, train
from curriculum.wrappers import ScaledObservations, ScaledRewards, SquashedActions

PENDULUM = PPOConfig(updates=60, steps=64, epochs=10, minibatches=4, learning_rate=2e-3, gamma=0.95, gae_lambda=0.95)
"""With a short memory: what a torque is good for shows within a second."""
ROBOT = PPOConfig(updates=150, steps=256, epochs=10, minibatches=16, learning_rate=3e-4, gamma=0.99, gae_lambda=0.95)


@dataclass(frozen=True)
class Task:
    """What is trained: how many copies of which environment, and by which recipe."""

    make: Callable[[int], VectorEnv]
    envs: int
    config: PPOConfig
    squashed: bool = False
    scaled: bool = False
    """Whether observations are scaled; those of the pendulum are on one scale already."""


TASKS = {
    "pendulum": Task(Pendulum, 64, PENDULUM),
    "pendulum-squashed": Task(Pendulum, 64, PENDULUM, squashed=True),
    "hopper": Task(lambda envs: MujocoEnv("Hopper-v5", envs), 8, ROBOT, scaled=True),
    "reacher": Task(lambda envs: MujocoEnv("Reacher-v5", envs), 8, ROBOT, scaled=True),
}
BOUNDS = np.array([-Pendulum.STRONGEST]), np.array([Pendulum.STRONGEST])


class Run(PPO):
    """A run of PPO on scaled rewards, which reports the returns as they came."""

    def __init__(self, policy: Policy, value: ValueNet, env: ScaledRewards, config: PPOConfig) -> None:
        super().__init__(policy, value, env, config)
        self.rewards = env

    def measured(self, samples: Samples) -> dict[str, float]:
        return super().measured(samples) | {"mean_return": self.rewards.episodes.mean}


def wrapped(task: Task, env: VectorEnv) -> VectorEnv:
    """An environment as the policy of this task meets it, but for the scaling, which learns."""
    return SquashedActions(env, *BOUNDS) if task.squashed else env


def made(name: str, seed: int, updates: int | None = None) -> Run:
    """A fresh run. Raises MissingMujoco where a robot is asked for and MuJoCo is not there."""
    task = TASKS[name]
    config = replace(task.config, seed=seed, updates=updates or task.config.updates)
    env = wrapped(task, task.make(task.envs))
    if task.scaled:
        env = ScaledObservations(env)
    torch.manual_seed(seed)
    policy: Policy
    if task.squashed:
        policy = SquashedGaussianPolicy(env.observation_size, *(bound.tolist() for bound in BOUNDS))
    else:
        policy = GaussianPolicy(env.observation_size, env.actions)
    return Run(policy, ValueNet(env.observation_size), ScaledRewards(env, config.gamma), config)


@torch.no_grad()
def evaluated(name: str, run: Run, episodes: int = 100, seed: int = 1_000_000) -> np.ndarray:
    """The returns of fresh episodes (episodes,), one in each of as many copies; the policy does not draw, it takes the
    mean, and nothing is learned."""
    task = TASKS[name]
    env = wrapped(task, task.make(episodes))
    if isinstance(run.rewards.env, ScaledObservations):
        env = ScaledObservations(env)
        env.scaler, env.learning = run.rewards.env.scaler, False
    seen, returns, going = env.reset(seed), np.zeros(episodes), np.ones(episodes, dtype=bool)
    while going.any():
        mean = run.policy.distribution(torch.from_numpy(seen)).mean  # type: ignore[attr-defined]
        step = env.step(mean.numpy())
        returns += step.rewards * going
        going &= ~(step.terminated | step.truncated)
        seen = step.observations
    return returns


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--task", "name", type=click.Choice(list(TASKS)), default="pendulum", show_default=True)
@click.option("--updates", type=click.IntRange(1), help="Rollouts with their updates; the task knows how many.")
@click.option("--seed", default=0, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/continuous"), show_default=True)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(name: str, updates: int | None, seed: int, out: Path, resume: bool) -> None:
    torch.set_num_threads(1)  # the networks are too small to be shared out
    try:
        run = made(name, seed, updates)
        train(run, out, resume)
    except KeyboardInterrupt:
        raise SystemExit(f"stopped; what was saved last is kept: --resume --out {out} goes on from there") from None
    except FloatingPointError as error:
        raise SystemExit(f"{error}: another --seed may do better") from None
    except (MissingMujoco, ValueError, OSError, RuntimeError) as error:
        raise SystemExit(str(error)) from None
    returns = evaluated(name, run, 20 if TASKS[name].scaled else 100)
    click.echo(
        f"{run.updates} updates, {run.rewards.episodes.count:,} episodes, {run.seconds:.1f} s; mean return of the last "
        f"hundred {run.rewards.episodes.mean:.1f}, of {len(returns)} fresh ones without noise {returns.mean():.1f}"
    )


if __name__ == "__main__":
    main()
