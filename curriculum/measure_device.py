"""Measures one device's point of the time model: `python -m curriculum.measure_device` → `results/device.json`.

The rate of matrix products in float32 and bfloat16, the rate of memory, and a training step of a small GPT beside what
the model predicts from those rates alone. `--device cuda` measures a GPU: that is the one command to run on an H100.

On a CPU one thread is measured by its own CPU time, so that other programs on the machine disturb little. On a GPU the
time is that between two events of the stream.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import torch

from curriculum.experiment_files import write_result
from curriculum.gpt import GPT, GPTConfig, configure_optimizer, next_token_loss, parameter_count
from curriculum.provenance import provenance
from curriculum.step_time import mfu, step_time

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
GPTS = {
    "cpu": (GPTConfig(vocab_size=512, context=128, n_layer=4, n_head=4, d_model=256), 8),
    "cuda": (GPTConfig(vocab_size=32_768, context=1024, n_layer=12, n_head=12, d_model=768), 32),
}
"""A model and a batch that keep a device busy for some tens of milliseconds or more."""
SIZES = {"cpu": (256, 512, 1024), "cuda": (2048, 4096, 8192, 16384)}
COPIED = {"cpu": 2**26, "cuda": 2**30}
"""Bytes of a vector that does not fit into any cache."""


def seconds_of(work: Callable[[], object], device: str, repeats: int) -> list[float]:
    """How long each of `repeats` runs takes, after one that does not count."""
    work()
    found = []
    for _ in range(repeats):
        if device == "cuda":
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            begin.record()
            work()
            end.record()
            torch.cuda.synchronize()
            found.append(begin.elapsed_time(end) / 1e3)
        else:
            started = time.thread_time()
            work()
            found.append(time.thread_time() - started)
    return sorted(found)


def matrix_rates(device: str, dtype: torch.dtype, repeats: int) -> dict[str, float]:
    """Operations a second of square products, by their size: those of the median run."""
    rates = {}
    for size in SIZES[device]:
        a, b = (torch.randn(size, size, device=device).to(dtype) for _ in range(2))
        times = seconds_of(lambda a=a, b=b: a @ b, device, repeats)  # type: ignore[misc]
        rates[str(size)] = 2 * size**3 / times[repeats // 2]
    return rates


def memory_rate(device: str, repeats: int) -> float:
    """Bytes a second that a copy reads and writes, of the median run."""
    source = torch.zeros(COPIED[device] // 4, device=device)
    target = torch.empty_like(source)
    times = seconds_of(lambda: target.copy_(source), device, repeats)
    return 2 * COPIED[device] / times[repeats // 2]


def training_step(device: str, dtype: torch.dtype, repeats: int, rate: float, memory: float) -> dict[str, Any]:
    """A step of a small GPT with AdamW, weights in `dtype`: measured, and predicted from the rates at a share of 1."""
    config, batch = GPTS[device]
    torch.manual_seed(0)
    model = GPT(config).to(device, dtype)
    optimizer = configure_optimizer(model, 1e-4)
    tokens = torch.randint(config.vocab_size, (batch, config.context), device=device)

    def step() -> None:
        optimizer.zero_grad()
        next_token_loss(model(tokens), tokens).backward()
        optimizer.step()

    measured = seconds_of(step, device, repeats)[repeats // 2]
    # Positions are looked up; the embedding of tokens is also the last layer, a product.
    count = parameter_count(config) - config.context * config.d_model
    size = torch.empty((), dtype=dtype).element_size()
    predicted = step_time(
        count,
        tokens.numel(),
        1,
        matrix_rate=rate,
        share=1.0,
        memory_rate=memory,
        traffic=10 * size * count,  # forward, twice backward, and what AdamW reads and writes
        overlapped=0.0,
        exposed=0.0,
    )
    model_share, _ = mfu(count, config.n_layer, config.d_model, config.context, tokens.numel(), measured, 1, rate)
    return {
        "parameters": count,
        "tokens": tokens.numel(),
        "seconds": measured,
        "predicted": predicted,
        "mfu": model_share,
    }


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--device", type=click.Choice(["cpu", "cuda"]), help="A GPU if there is one.")
@click.option(
    "--repeats", type=click.IntRange(3), default=15, show_default=True, help="Runs of each; the median counts."
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/device.json"), show_default=True)
def main(device: str | None, repeats: int, out: Path) -> None:
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(1)
    name = torch.cuda.get_device_name() if device == "cuda" else "one thread of the CPU"
    memory = memory_rate(device, repeats)
    click.echo(f"{name}: memory {memory / 1e9:.1f} GB/s")
    found = {}
    for label, dtype in DTYPES.items():
        rates = matrix_rates(device, dtype, repeats)
        best = max(rates.values())
        step = training_step(device, dtype, repeats, best, memory)
        found[label] = {"matrix_rates": rates, "step": step}
        click.echo(
            f"{label}: products {best / 1e12:.3f} · 10¹² operations a second; a step {step['seconds']:.4f} s, "
            f"at least {step['predicted']:.4f} s by the model, MFU {step['mfu']:.0%} of the products' rate"
        )
    capacity = torch.cuda.get_device_properties(0).total_memory if device == "cuda" else None
    record = {"device": device, "name": name, "memory_bytes": capacity, "memory_rate": memory, "dtypes": found}
    write_result(out, {"provenance": provenance(), "repeats": repeats, **record})
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()
