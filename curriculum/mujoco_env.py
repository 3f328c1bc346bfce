"""MuJoCo's robots as a batch: Hopper-v5, Reacher-v5 and the others of gymnasium. Needs the extra `mujoco`.

Todorov, Erez & Tassa 2012, "MuJoCo: A physics engine for model-based control". The copies run one after the other, in
this process: the simulation takes most of the time, and more processes would need more cores.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from curriculum.environments import Step


class MissingMujoco(ImportError):
    """gymnasium or MuJoCo is not installed."""

    def __init__(self) -> None:
        super().__init__("MuJoCo is not installed: pip install 'gymnasium[mujoco]', or leave this environment out")


class MujocoEnv:
    """Copies of one of gymnasium's MuJoCo tasks, which start anew within the step that ends an episode.

    Actions are clipped to the task's bounds here, so a policy without bounds remembers what it drew. Raises
    MissingMujoco, and ValueError for a name that is none of these tasks.
    """

    discrete = False

    def __init__(self, name: str, envs: int) -> None:
        try:
            self.mujoco: Any = importlib.import_module("mujoco")  # it ships no types
            import gymnasium
            from gymnasium.envs.mujoco.mujoco_env import MujocoEnv as Task
        except ImportError:
            raise MissingMujoco from None
        if envs < 1:
            raise ValueError(f"envs = {envs}; at least one copy is needed")
        try:
            self.tasks: list[Any] = [gymnasium.make(name) for _ in range(envs)]
        except gymnasium.error.Error as error:
            raise ValueError(f"gymnasium has no environment {name!r}: {error}") from None
        if not isinstance(self.tasks[0].unwrapped, Task):
            raise ValueError(f"{name!r} is not one of gymnasium's MuJoCo tasks; Hopper-v5 is one")
        bounds = self.tasks[0].action_space
        self.low, self.high = np.array(bounds.low), np.array(bounds.high)
        self.envs, self.actions = envs, int(bounds.shape[0])
        self.observation_size = int(self.tasks[0].observation_space.shape[0])

    def reset(self, seed: int) -> np.ndarray:
        seeds = np.random.SeedSequence(seed).generate_state(self.envs).tolist()
        return np.stack([task.reset(seed=one)[0] for task, one in zip(self.tasks, seeds, strict=True)]).astype(
            np.float32
        )

    def step(self, actions: np.ndarray) -> Step:
        observations, final_observations, rewards, terminated, truncated = [], [], [], [], []
        for task, action in zip(self.tasks, np.clip(actions, self.low, self.high), strict=True):
            seen, reward, over, out_of_time, _ = task.step(action)
            final_observations.append(seen)
            observations.append(task.reset()[0] if over or out_of_time else seen)
            rewards.append(reward)
            terminated.append(over)
            truncated.append(out_of_time)
        return Step(
            np.stack(observations).astype(np.float32),
            np.array(rewards, dtype=np.float32),
            np.array(terminated),
            np.array(truncated),
            np.stack(final_observations).astype(np.float32),
        )

    def state_dict(self) -> dict[str, Any]:
        """Of each copy: MuJoCo's state, with what its solver starts from, the clock and the generator."""
        return {"tasks": [self._state(task) for task in self.tasks]}

    def _state(self, task: Any) -> list[Any]:
        model, data, kind = task.unwrapped.model, task.unwrapped.data, self.mujoco.mjtState.mjSTATE_INTEGRATION
        state = np.empty(self.mujoco.mj_stateSize(model, kind))
        self.mujoco.mj_getState(model, data, state, kind)
        return [state.tolist(), task.get_wrapper_attr("_elapsed_steps"), task.unwrapped.np_random.bit_generator.state]

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for task, (numbers, elapsed, generator) in zip(self.tasks, state["tasks"], strict=True):
            task.reset()
            model, data = task.unwrapped.model, task.unwrapped.data
            self.mujoco.mj_setState(model, data, np.array(numbers), self.mujoco.mjtState.mjSTATE_INTEGRATION)
            self.mujoco.mj_kinematics(model, data)  # places follow from the state, and some observations are places
            task.set_wrapper_attr("_elapsed_steps", elapsed)
            task.unwrapped.np_random.bit_generator.state = generator

    def close(self) -> None:
        for task in self.tasks:
            task.close()
