"""Stable-Baselines3's PPO on CartPole-v1, with its own defaults, its zoo's parameters, or those of a `PPOConfig`.

The zoo's parameters stand in DLR-RM/rl-baselines3-zoo, hyperparams/ppo.yml; what they reach in its benchmark.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from curriculum.rollouts import Episodes
from curriculum.train_ppo import PPOConfig

TUNED_STEPS = 100_000


def falling(start: float) -> Callable[[float], float]:
    """A straight line from `start` to 0; SB3 asks with the share of the training that is left."""
    return lambda left: left * start


def default(seed: int) -> PPO:
    return PPO("MlpPolicy", make_vec_env("CartPole-v1", n_envs=1, seed=seed), seed=seed, device="cpu")


def tuned(seed: int) -> PPO:
    parameters = {"n_steps": 32, "batch_size": 256, "gae_lambda": 0.8, "gamma": 0.98, "n_epochs": 20, "ent_coef": 0.0}
    env = make_vec_env("CartPole-v1", n_envs=8, seed=seed)
    schedules = {"learning_rate": falling(1e-3), "clip_range": falling(0.2)}
    return PPO("MlpPolicy", env, seed=seed, device="cpu", **parameters, **schedules)


def like_ours(config: PPOConfig, envs: int) -> PPO:
    """The same hyper-parameters; SB3 weighs the whole squared error of the value, we its half."""
    return PPO(
        "MlpPolicy",
        make_vec_env("CartPole-v1", n_envs=envs, seed=config.seed),
        n_steps=config.steps,
        batch_size=config.steps * envs // config.minibatches,
        n_epochs=config.epochs,
        learning_rate=falling(config.learning_rate) if config.anneal else config.learning_rate,
        gamma=config.gamma,
        gae_lambda=config.gae_lambda,
        clip_range=config.clip_eps,
        ent_coef=config.entropy_coef,
        vf_coef=config.value_coef / 2,
        max_grad_norm=config.max_norm,
        normalize_advantage=config.normalize,
        seed=config.seed,
        device="cpu",
    )


class Watched(BaseCallback):
    """Counts episodes as our trainers do; stops where the last hundred have the mean `target`."""

    def __init__(self, envs: int, target: float | None) -> None:
        super().__init__()
        self.episodes, self.target = Episodes(envs), target
        self.curve: list[tuple[int, float]] = []

    def _on_step(self) -> bool:
        dones = self.locals["dones"]
        self.episodes.add(self.locals["rewards"], dones)
        return self.target is None or not dones.any() or not self.episodes.reached(self.target)

    def _on_rollout_end(self) -> None:
        self.curve.append((self.num_timesteps, self.episodes.mean))


def learn(model: PPO, steps: int, target: float | None = None) -> Watched:
    torch.set_num_threads(1)
    watched = Watched(model.n_envs, target)
    model.learn(steps, callback=watched)
    return watched


def evaluated(model: PPO, episodes: int = 100) -> tuple[float, float]:
    """Mean and standard deviation of the return of the likeliest actions."""
    found: Any = evaluate_policy(model, make_vec_env("CartPole-v1", n_envs=10, seed=10_000), n_eval_episodes=episodes)
    return found
