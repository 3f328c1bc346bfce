"""How fast our GPT trains and writes, beside a plain loop and beside generation without a cache.

    python benchmarks/gpt_speed.py [--rounds 10] [--threads 2] [--json]
    python benchmarks/gpt_speed.py --reach FILE     # what the plain loop reaches on a text, by nanoGPT's CPU recipe

Training: tokens per second of `curriculum.train_gpt` and of a plain nanoGPT-like loop (`benchmarks/plain_gpt.py`), the
same shapes, taking turns (goal: within 5%). Generation: a batch of 8 grows from 1 to 256 tokens, with the cache and
without (goal: at least 5 times sooner).

The loop that is imitated publishes a validation loss of 1.88 on "tiny Shakespeare" after 2,000 steps of 12 × 64
characters with 4 layers, 4 heads and a width of 128 on a CPU. `--reach` runs that recipe on a text of yours.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from plain_gpt import PlainTraining

from curriculum.gpt import GPT, GPTConfig
from curriculum.provenance import provenance
from curriculum.sampling import generate
from curriculum.text_data import corpus_named, text_corpus
from curriculum.train_gpt import Place, Run, TrainConfig

SHAPES = {
    "the chapter's": TrainConfig(),
    "nanoGPT's for a CPU": TrainConfig(batch=12, context=64),
}
STEPS = 5  # of one side, before it is the other's turn
GOAL_RATIO, GOAL_SPEEDUP = 0.95, 5.0


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def training(config: TrainConfig, rounds: int) -> dict[str, float]:
    """Median tokens per second of both sides, and the median of the ratios of neighbours."""
    corpus = corpus_named(config.data)
    ours = Run(config, corpus, Place(0, 1, torch.device("cpu")))
    plain = PlainTraining(ours.model.config, corpus.train, config.batch, config.context, config.learning_rate)

    def our_steps() -> None:
        for _ in range(STEPS):
            ours.update(ours.model)
            ours.step += 1

    def plain_steps() -> None:
        for _ in range(STEPS):
            plain.step()

    our_steps(), plain_steps()
    tokens = STEPS * config.batch * config.context
    pairs = [(seconds(our_steps), seconds(plain_steps)) for _ in range(rounds)]
    return {
        "ours": tokens / statistics.median(pair[0] for pair in pairs),
        "plain": tokens / statistics.median(pair[1] for pair in pairs),
        "ratio": statistics.median(pair[1] / pair[0] for pair in pairs),
    }


def generation(rounds: int, length: int = 256) -> dict[str, float]:
    """Median seconds with the cache and without, and the median of the ratios of neighbours."""
    model = GPT(GPTConfig(vocab_size=64, context=length, n_layer=4, n_head=4, d_model=128)).eval()
    prompt = torch.zeros(8, 1, dtype=torch.long)
    generate(model, prompt, 8)
    pairs = [
        tuple(seconds(lambda cached=cached: generate(model, prompt, length - 1, use_cache=cached)) for cached in (1, 0))
        for _ in range(rounds)
    ]
    return {
        "cached": statistics.median(pair[0] for pair in pairs),
        "uncached": statistics.median(pair[1] for pair in pairs),
        "ratio": statistics.median(pair[1] / pair[0] for pair in pairs),
    }


@torch.no_grad()
def plain_loss(side: PlainTraining, tokens: torch.Tensor, batches: int) -> float:
    return statistics.fmean(float(side.model(*side.batch_of(tokens))[1]) for _ in range(batches))


def reach(file: str, steps: int = 2000) -> None:
    """Train the plain loop by the published recipe for a CPU and print its validation loss."""
    torch.manual_seed(1337)
    corpus = text_corpus(file, Path(file).read_text(encoding="utf-8"))
    config = GPTConfig(len(corpus.vocabulary), context=64, n_layer=4, n_head=4, d_model=128)
    side = PlainTraining(config, corpus.train, batch=12, time=64, learning_rate=1e-3)
    started = time.perf_counter()
    for step in range(steps):
        along = max(0.0, (step - 100) / (steps - 100))
        side.step(
            1e-3 * (step + 1) / 100 if step < 100 else 1e-4 + 0.5 * (1e-3 - 1e-4) * (1 + math.cos(math.pi * along))
        )
        if (step + 1) % 250 == 0:
            print(f"step {step + 1:>5}  validation {plain_loss(side, corpus.validation, 20):.3f}", file=sys.stderr)
    loss = plain_loss(side, corpus.validation, 200)
    print(
        f"{file}: {len(corpus.train):,} characters of {len(corpus.vocabulary)} kinds; after {steps} steps and "
        f"{time.perf_counter() - started:.0f} s the validation loss is {loss:.3f} (published: 1.88)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    parser.add_argument("--reach", metavar="FILE", help="train the plain loop on this text and print its loss")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.reach:
        reach(options.reach)
        return
    trained = {name: training(config, options.rounds) for name, config in SHAPES.items()}
    written = generation(max(3, options.rounds // 3))
    if options.json:
        print(json.dumps({**provenance(), "training": trained, "generation": written}))
        return
    print(provenance()["machine"])
    for name, found in trained.items():
        verdict = "reached" if found["ratio"] >= GOAL_RATIO else "missed"
        print(f"  training, {name} shapes: ours {found['ours']:,.0f} tokens/s, plain {found['plain']:,.0f}")
        print(f"    ratio {found['ratio']:.2f} (goal: at least {GOAL_RATIO:g}): {verdict}")
    verdict = "reached" if written["ratio"] >= GOAL_SPEEDUP else "missed"
    print(f"  generation to 256 tokens: with cache {written['cached']:.2f} s, without {written['uncached']:.2f} s")
    print(f"    ratio {written['ratio']:.1f} (goal: at least {GOAL_SPEEDUP:g}): {verdict}")


if __name__ == "__main__":
    main()
