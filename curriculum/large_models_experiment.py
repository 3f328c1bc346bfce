"""What the page on large models shows: `python -m curriculum.large_models_experiment` → `results/large_models.json`.

One trainer, `curriculum.train_text_ppo`, one task, and policies of several classes: our GPT, and tiny models of
published classes with random weights, all weights learning or LoRA alone. A run that was done is kept, so an experiment
that is stopped goes on where it was.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch

from curriculum.experiment_files import once, write_result
from curriculum.provenance import provenance
from curriculum.tiny_models import save_tiny_model
from curriculum.train_text_ppo import TextPPO, TextPPOConfig

BASE = TextPPOConfig("even", imitated=0, updates=32, batch=64, every=4, partial_credit=1.0, learning_rate=2e-3)
RUNS = {
    "GPT": BASE,
    "Llama": replace(BASE, model="Llama"),
    "Qwen3": replace(BASE, model="Qwen3"),
    "Llama, LoRA of rank 4": replace(BASE, model="Llama", lora_rank=4, learning_rate=2e-2),
}
"""`model` says the family of a tiny model, which is made anew for each seed."""
CURVES = ("update", "reward", "kl", "first_clip_fraction")


def measured(config: TextPPOConfig) -> dict[str, Any]:
    """A run's curves, and how many numbers of the policy learned."""
    records: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        if config.model != "gpt":
            made = save_tiny_model(Path(folder), config.model, d_model=BASE.d_model, seed=config.seed)
            config = replace(config, model=str(made))
        training = TextPPO(config)
        training.train(records.append)
    learned = sum(parameter.numel() for parameter in training.model.gpt.parameters())
    return {**{name: [record.get(name) for record in records] for name in CURVES}, "learned": learned}


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--seeds", type=click.IntRange(3), default=3, show_default=True, help="Seeds 0 to this, less one.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/large_models.json"), show_default=True)
@click.option("--kept", type=click.Path(path_type=Path), default=Path("build/large_models"), show_default=True)
def main(seeds: int, out: Path, kept: Path) -> None:
    torch.set_num_threads(1)
    runs: dict[str, dict[str, Any]] = {name: {} for name in RUNS}
    for seed in range(seeds):
        for number, (name, config) in enumerate(RUNS.items()):
            record = once(kept / f"{number}-{seed}.json", partial(measured, replace(config, seed=seed)))
            runs[name][str(seed)] = record
            click.echo(f"{name}, seed {seed}: reward {record['reward'][0]:.2f}, then {record['reward'][-1]:.2f}")
    configs = {name: asdict(config) for name, config in RUNS.items()}
    write_result(out, {"provenance": provenance(), "seeds": list(range(seeds)), "configs": configs, "runs": runs})
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()
