"""What the page on continuous actions shows, measured: `python -m curriculum.continuous_experiment`.

It writes `results/continuous.json`: the pendulum by both policies, ten seeds each, and, where MuJoCo is installed, two
robots, three seeds each, with a film of one. A seed that was done is kept, so a run that is stopped goes on where it
was.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch

from curriculum.experiment_files import once, write_result
from curriculum.mujoco_env import MissingMujoco, MujocoEnv
from curriculum.policies import GaussianPolicy
from curriculum.provenance import provenance
from curriculum.train_continuous import TASKS, Run, evaluated, made
from curriculum.wrappers import ScaledObservations

SEEDS = {"pendulum": 10, "pendulum-squashed": 10, "reacher": 3, "hopper": 3}
TARGET = {"pendulum": -200.0, "pendulum-squashed": -200.0}
"""The mean return, over fresh episodes without noise, that a seed counts as solved from."""
LIMBS = ("torso_geom", "thigh_geom", "leg_geom", "foot_geom")


def measured(name: str, seed: int) -> dict[str, Any]:
    """A run from this seed: how the return grew, and what the finished policy earns."""
    run = made(name, seed)
    env_steps, returns = [], []
    while run.updates < run.config.updates:
        record = run.update()
        env_steps.append(int(record["env_steps"]))
        returns.append(None if np.isnan(record["mean_return"]) else round(record["mean_return"], 1))
    final = evaluated(name, run, 20 if TASKS[name].scaled else 200)
    assert isinstance(run.policy, GaussianPolicy)
    found = {
        "env_steps": env_steps,
        "mean_return": returns,
        "final_returns": [round(value, 1) for value in final.tolist()],
        "std": [round(value, 3) for value in run.policy.log_std.exp().tolist()],
        "seconds": round(run.seconds, 1),
    }
    if name == "hopper" and seed == 0:
        found["film"] = hopping(run)
    return found


@torch.no_grad()
def hopping(run: Run, steps: int = 501) -> list[list[list[float]]]:
    """Where the hopper's joints are in every third step (frames, points, 2), in metres: along and up.

    A step is 0.008 s. The film ends where the hopper falls.
    """
    env = MujocoEnv("Hopper-v5", 1)
    scaled = ScaledObservations(env)
    assert isinstance(run.rewards.env, ScaledObservations)
    scaled.scaler, scaled.learning = run.rewards.env.scaler, False
    seen, film = scaled.reset(7), []
    for number in range(steps):
        if number % 3 == 0:
            film.append(joints(env))
        step = scaled.step(run.policy.distribution(torch.from_numpy(seen)).mean.numpy())  # type: ignore[attr-defined]
        seen = step.observations
        if step.terminated[0]:
            break
    return film


def joints(env: MujocoEnv) -> list[list[float]]:
    """The ends of the limbs, from the top of the body to the toe: (points, 2). Each limb is a rod, a capsule."""
    found: list[np.ndarray] = []
    for name in LIMBS:
        rod = env.tasks[0].unwrapped.data.geom(name)
        half = env.tasks[0].unwrapped.model.geom(name).size[1] * rod.xmat.reshape(3, 3)[:, 2]
        ends = [rod.xpos - half, rod.xpos + half]
        # The end that hangs on what was drawn before comes first; of the body, which hangs on nothing, the upper one.
        above = found[-1] if found else rod.xpos + np.array([0.0, 0.0, 9.0])
        ends.sort(key=lambda end: float(np.linalg.norm(end - above)))
        found += ends
    return [[round(float(point[0]), 3), round(float(point[2]), 3)] for point in found]


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--task", "names", multiple=True, type=click.Choice(list(SEEDS)), help="Only this one; may be repeated.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/continuous.json"), show_default=True)
@click.option("--kept", type=click.Path(path_type=Path), default=Path("build/continuous_experiment"), show_default=True)
def main(names: tuple[str, ...], out: Path, kept: Path) -> None:
    torch.set_num_threads(1)
    runs: dict[str, dict[str, Any]] = {}
    for name in names or SEEDS:
        for seed in range(SEEDS[name]):
            try:
                found = once(kept / f"{name}-{seed}.json", partial(measured, name, seed))
            except MissingMujoco as error:
                click.echo(f"{name} is left out. {error}", err=True)
                break
            click.echo(f"{name}, seed {seed}: {np.mean(found['final_returns']):.1f}", err=True)
            runs.setdefault(name, {})[str(seed)] = found
    content = {
        "provenance": provenance(),
        "target": TARGET,
        "envs": {name: TASKS[name].envs for name in runs},
        "config": {name: asdict(TASKS[name].config) for name in runs},
        "runs": runs,
    }
    write_result(out, content)


if __name__ == "__main__":
    main()
