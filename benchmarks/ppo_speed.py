"""How soon PPO solves CartPole-v1: ours, plain and fast, beside Stable-Baselines3 and a single-file implementation.

    python benchmarks/ppo_speed.py [--seeds 5] [--our-seeds 20] [--out results/ppo_speed.json]
    python benchmarks/ppo_speed.py --reach     # what the others reach by their published recipes

All in one process, one thread, one after the other, and one rule for all: the clock starts before the first object is
made, and stops where the last hundred training episodes have a mean return of 475 (gymnasium's threshold for it).
Imports are done before. Each has its own hyper-parameters, ours those of `PPOConfig`.

Goals: plain at least 4 times sooner than SB3 tuned; fast at least 10 times sooner than SB3 tuned, 20 times sooner than
SB3's default and the single file; every seed of ours solved.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sb3_ppo
import single_file_ppo
import torch

from curriculum.environments import CartPole
from curriculum.fast_ppo import FastPPO
from curriculum.provenance import provenance
from curriculum.train_ppo import PPO, PPOConfig, made

TARGET, ENVS, MOST = 475.0, 32, 500_000
Found = tuple[int, bool]
"""Steps of the environment that were taken, and whether it was solved."""


def until_solved(run: PPO | FastPPO) -> Found:
    while run.updates < run.config.updates and not run.episodes.reached(TARGET):
        record = run.update()
    return int(record["env_steps"]), run.episodes.reached(TARGET)


def plain(seed: int) -> Found:
    return until_solved(made(CartPole(ENVS), PPOConfig(seed=seed)))


def fast(seed: int) -> Found:
    return until_solved(FastPPO(CartPole(ENVS), PPOConfig(seed=seed)))


def sb3_tuned(seed: int) -> Found:
    watched = sb3_ppo.learn(sb3_ppo.tuned(seed), sb3_ppo.TUNED_STEPS, TARGET)
    return watched.num_timesteps, watched.episodes.reached(TARGET)


def sb3_default(seed: int) -> Found:
    watched = sb3_ppo.learn(sb3_ppo.default(seed), MOST, TARGET)
    return watched.num_timesteps, watched.episodes.reached(TARGET)


def single_file(seed: int) -> Found:
    steps, episodes = single_file_ppo.learn(seed, TARGET)
    return steps, episodes.reached(TARGET)


SIDES: dict[str, Callable[[int], Found]] = {
    "fast": fast,
    "plain": plain,
    "SB3, tuned": sb3_tuned,
    "SB3, default": sb3_default,
    "single file": single_file,
}
OURS = ("fast", "plain")
GOALS = [
    ("plain", "SB3, tuned", 4.0),
    ("fast", "SB3, tuned", 10.0),
    ("fast", "SB3, default", 20.0),
    ("fast", "single file", 20.0),
]


def measured(seeds: int, our_seeds: int) -> dict[str, list[dict[str, Any]]]:
    """All sides for each seed before the next seed, so that a change of the machine's mood meets all of them."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in SIDES}
    for seed in range(max(seeds, our_seeds)):
        for name, side in SIDES.items():
            if seed >= (our_seeds if name in OURS else seeds):
                continue
            started = time.perf_counter()
            steps, solved = side(seed)
            run = {"seed": seed, "seconds": round(time.perf_counter() - started, 3), "steps": steps, "solved": solved}
            runs[name].append(run)
            print(f"seed {seed:>2}  {name:<13} {run['seconds']:7.2f} s  {steps:>7,} steps", file=sys.stderr)
    return runs


def reach() -> None:
    """Train the others as they are published and print what they then reach."""
    model = sb3_ppo.tuned(0)
    sb3_ppo.learn(model, sb3_ppo.TUNED_STEPS)
    mean, deviation = sb3_ppo.evaluated(model)
    print(f"SB3, tuned, after 100,000 steps: {mean:.2f} ± {deviation:.2f} (published: 500.00 ± 0.00)")
    last = [single_file_ppo.learn(seed)[1].mean for seed in range(3)]
    print(
        f"single file, after 500,000 steps: {statistics.fmean(last):.2f} ± {statistics.stdev(last):.2f} over 3 seeds "
        "(published: 488.75 ± 18.40)"
    )
    watched = sb3_ppo.learn(sb3_ppo.default(0), MOST, TARGET)
    print(
        f"SB3, default, after {watched.num_timesteps:,} steps: {watched.episodes.mean:.2f} in training "
        "(nothing is published for it; the environment's threshold is 475)"
    )


def versions() -> str:
    return ", ".join(f"{name} {version(name)}" for name in ("numpy", "stable-baselines3", "gymnasium"))


def report(runs: dict[str, list[dict[str, Any]]]) -> None:
    print(f"{provenance()['machine']}, {versions()}, one thread")
    print(f"{'':<14}{'median s':>9}{'max s':>8}{'steps':>10}{'steps/s':>10}{'solved':>11}")
    median = {name: statistics.median(run["seconds"] for run in of_side) for name, of_side in runs.items()}
    for name, of_side in runs.items():
        seconds, steps = ([run[key] for run in of_side] for key in ("seconds", "steps"))
        solved = f"{sum(run['solved'] for run in of_side)} of {len(of_side)}"
        speed = sum(steps) / sum(seconds)
        middle = statistics.median(steps)
        print(f"{name:<14}{median[name]:>9.2f}{max(seconds):>8.2f}{middle:>10,.0f}{speed:>10,.0f}{solved:>11}")
    for ours, theirs, goal in GOALS:
        ratio = median[theirs] / median[ours]
        verdict = "reached" if ratio >= goal else "missed"
        print(f"{ours} is {ratio:.1f} times sooner than {theirs} (goal: at least {goal:g}): {verdict}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="of the others")
    parser.add_argument("--our-seeds", type=int, default=20)
    parser.add_argument("--out", type=Path, help="write what was measured into this file too")
    parser.add_argument("--reach", action="store_true", help="train the others by their published recipes instead")
    options = parser.parse_args()
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1" or os.environ.get("OMP_NUM_THREADS") != "1":
        # NumPy reads these when it is imported, which is done by now.
        one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **one})
    torch.set_num_threads(1)
    if options.reach:
        reach()
        return
    runs = measured(options.seeds, options.our_seeds)
    report(runs)
    if options.out:
        result = {"provenance": provenance(), "versions": versions(), "runs": runs}
        options.out.write_text(json.dumps(result, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
