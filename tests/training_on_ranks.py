"""What each rank does for tests/test_train_distributed.py; torchrun starts it: OUT, then the strategies to try.

All is done in one job, since starting one takes longer than what it does. What was seen goes to OUT/STRATEGY.json.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist

from curriculum.distributed_rlhf import DistributedRLHF, DistributedRLHFConfig
from curriculum.distributed_trainer import checkpoints
from curriculum.language_models import language_model
from curriculum.launched import launched
from curriculum.preference_world import PreferenceWorld
from curriculum.reward_model import RewardModel
from curriculum.text_data import Corpus, text_corpus
from curriculum.train_distributed import DistributedConfig, DistributedGPT
from curriculum.train_gpt import Place
from curriculum.train_rlhf import RLHF

CONTEXT = 12
TEXT = "".join(f"{n}*{n}={n * n};" for n in range(40))
TINY = DistributedConfig(
    steps=6, batch=5, context=CONTEXT, n_layer=2, n_head=2, d_model=16, learning_rate=1e-2, every=3, warmup=2
)
RLHF_TINY = DistributedRLHFConfig(
    updates=2, batch=13, minibatches=3, measured=16, pieces=3, n_layer=1, n_head=2, d_model=16, every=1
)


def corpus() -> Corpus:
    """11 windows: with batches of 5, the last one of an epoch has a single row, fewer than there are ranks."""
    whole = text_corpus("squares", TEXT)
    return replace(whole, train=whole.train[: 11 * CONTEXT + 3])


def of_gpt(config: DistributedConfig, place: Place, folder: Path) -> dict[str, Any]:
    """Losses of an uninterrupted run, in one piece and in small ones, and of one that was resumed."""

    def fresh(config: DistributedConfig) -> DistributedGPT:
        return DistributedGPT(config, corpus(), place)

    training = fresh(config)
    updates: list[dict[str, float]] = []
    validation = [training.measured([])["validation_loss"]]
    for done in range(config.steps):
        if done == 3:
            training.save(folder)
        updates.append(training.update())
        training.done += 1
    record = training.measured(updates)
    found: dict[str, Any] = {
        "updates": updates,
        "validation": [*validation, record["validation_loss"]],
        "tokens": record["tokens"],
        "sample": record.get("sample"),
        "gradient_bytes": training.learner.gradient_bytes,
        "bytes": training.learner.bytes_kept(),
        "weights": [weight.flatten().tolist() for weight in training.learner.whole().parameters()],
    }
    resumed = fresh(replace(config, seed=config.seed))
    resumed.load(checkpoints(folder)[-1])
    found["resumed_at"] = resumed.done
    found["resumed"] = []
    for _ in range(3):
        found["resumed"].append(resumed.update())
        resumed.done += 1
    small = fresh(replace(config, micro_batch=1))
    found["small"] = [small.update()["train_loss"]]
    small.done += 1
    found["small"].append(small.update()["train_loss"])
    return found


def untrained() -> RLHF:
    """Four models with random weights, opinionated enough that there is something to learn from."""
    world = PreferenceWorld()
    torch.manual_seed(0)
    context = world.prompt_length + world.completion_length
    policy, scorer = (language_model(RLHF_TINY, len(world.vocabulary), context) for _ in range(2))
    reward_model = RewardModel(scorer)
    with torch.no_grad():
        reward_model.head.weight.normal_()
    return RLHF(RLHF_TINY, policy, reward_model, world, lambda tokens: {})


def of_rlhf(config: DistributedRLHFConfig, place: Place, folder: Path) -> dict[str, Any]:
    training = DistributedRLHF(untrained(), config, place)
    record = training.measured([])
    found: dict[str, Any] = {"proxy": record["proxy"], "kl": record["kl"], "tokens": [], "updates": []}
    written = training.written

    def noted(texts: int, purpose: int) -> torch.Tensor:
        tokens = written(texts, purpose)
        found["tokens"].append(tokens.tolist())
        return tokens

    training.written = noted  # type: ignore[method-assign]
    for _ in range(config.updates):
        found["updates"].append(training.update())
        training.done += 1
    found["weights"] = [weight.flatten().tolist() for weight in training.learner.whole().parameters()]
    training.save(folder)
    return found


def main(out: Path, strategies: list[str]) -> None:
    torch.set_num_threads(1)
    with launched("cpu", 60.0, lambda: "") as place:
        for strategy in strategies:
            started = time.perf_counter()
            found = {
                "gpt": of_gpt(replace(TINY, strategy=strategy), place, out / strategy / "gpt"),
                "rlhf": of_rlhf(replace(RLHF_TINY, strategy=strategy), place, out / strategy / "rlhf"),
                "seconds": time.perf_counter() - started,
            }
            of_ranks: list[Any] = [None] * place.world_size
            dist.all_gather_object(of_ranks, found)
            if place.leads:
                (out / f"{strategy}.json").write_text(json.dumps(of_ranks))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
