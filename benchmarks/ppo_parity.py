"""Whether our PPO learns as Stable-Baselines3's: `python benchmarks/ppo_parity.py` writes `results/ppo_parity.json`.

The same hyper-parameters on CartPole-v1 for all three, those of `PPOConfig`; training goes to the last update. Their
curves are the mean return of the last hundred episodes. A seed that was done is kept, so a run that is stopped goes on
where it was.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sb3_ppo
import torch

from curriculum.environments import CartPole
from curriculum.fast_ppo import FastPPO
from curriculum.provenance import provenance
from curriculum.train_ppo import PPO, PPOConfig, made

ENVS = 32
Curve = list[tuple[int, float]]


def of_ours(run: PPO | FastPPO) -> Curve:
    curve = []
    while run.updates < run.config.updates:
        record = run.update()
        curve.append((int(record["env_steps"]), record["mean_return"]))
    return curve


def of_theirs(config: PPOConfig) -> Curve:
    return sb3_ppo.learn(sb3_ppo.like_ours(config, ENVS), config.updates * config.steps * ENVS).curve


SIDES: dict[str, Callable[[PPOConfig], Curve]] = {
    "plain": lambda config: of_ours(made(CartPole(ENVS), config)),
    "fast": lambda config: of_ours(FastPPO(CartPole(ENVS), config)),
    "Stable-Baselines3": of_theirs,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--out", type=Path, default=Path("results/ppo_parity.json"))
    parser.add_argument("--kept", type=Path, default=Path("build/ppo_parity"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.kept.mkdir(parents=True, exist_ok=True)
    curves: dict[str, list[Any]] = {name: [] for name in SIDES}
    for seed in range(options.seeds):
        for name, side in SIDES.items():
            path = options.kept / f"{name}-{seed}.json"
            if not path.exists():
                found = [[steps, round(mean, 1)] for steps, mean in side(PPOConfig(seed=seed)) if math.isfinite(mean)]
                draft = path.with_suffix(".part")
                draft.write_text(json.dumps(found), encoding="utf-8")
                draft.replace(path)
            curves[name].append(json.loads(path.read_text(encoding="utf-8")))
            print(f"seed {seed}, {name}: mean return {curves[name][-1][-1][1]:.1f} at the end")
    for name, of_side in curves.items():
        last = [curve[-1][1] for curve in of_side]
        print(f"{name:<18} median {statistics.median(last):.1f}, from {min(last):.1f} to {max(last):.1f}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    result = {"provenance": provenance(), "envs": ENVS, "curves": curves}
    options.out.write_text(json.dumps(result, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"wrote {options.out}")


if __name__ == "__main__":
    main()
