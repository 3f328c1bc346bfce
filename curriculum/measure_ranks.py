"""Measures messages, rings and training steps of processes on one machine: `python -m curriculum.measure_ranks`.

Two processes pass each other tensors of several sizes, from which α and β of the time model are fitted. Then the rings
of `curriculum.collectives` run on 2 and more processes, and a small GPT takes data-parallel steps on 1 and 2: the book
sets `results/ranks.json` beside what `curriculum.step_time` says.

Each time is that of the slowest rank, and of several runs the shortest: other programs on the machine can only add to
it. A rank computes with one thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch

from curriculum.collectives import all_gather, reduce_scatter, ring_all_reduce
from curriculum.communicator import Communicator
from curriculum.experiment_files import write_result
from curriculum.gpt import GPT, GPTConfig, configure_optimizer, next_token_loss, parameter_count
from curriculum.measure_device import memory_rate
from curriculum.process_group import on_processes
from curriculum.provenance import provenance

SIZES = tuple(4**n for n in range(6, 13))
"""Bytes of a tensor: 4 KiB to 16 MiB."""
BATCHES = (2, 4, 8, 16, 32)
"""Texts of a training step, over all ranks."""
MODEL = GPTConfig(vocab_size=256, context=64, n_layer=2, n_head=4, d_model=128)


def seconds_of(work: Callable[[], object], comm: Communicator, repeats: int) -> list[float]:
    """How long each of `repeats` runs takes on this rank, after one that does not count; all ranks begin together."""
    found = []
    for _ in range(repeats + 1):
        all_gather(torch.zeros(1), comm)
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return found[1:]


def messages(comm: Communicator, repeats: int) -> dict[str, list[float]]:
    """One step of a ring of two: send to the other and receive from it, by bytes."""
    other, times = 1 - comm.rank, {}
    for size in SIZES:
        x, came = torch.zeros(size // 4), torch.empty(size // 4)
        times[str(size)] = seconds_of(lambda x=x, y=came: comm.exchange(x, other, y, other), comm, repeats)  # type: ignore[misc]
    return times


def rings(comm: Communicator, repeats: int) -> dict[str, dict[str, list[float]]]:
    """The collectives, by the bytes of the whole tensor, as near to `SIZES` as the ranks divide."""
    times: dict[str, dict[str, list[float]]] = {"all_gather": {}, "reduce_scatter": {}, "all_reduce": {}}
    for size in SIZES:
        mine = torch.zeros(max(size // 4 // comm.world_size, 1))
        whole = torch.zeros(len(mine) * comm.world_size)
        label = str(4 * len(whole))
        works: dict[str, Callable[[], object]] = {
            "all_gather": lambda mine=mine: all_gather(mine, comm),  # type: ignore[misc]
            "reduce_scatter": lambda whole=whole: reduce_scatter(whole, comm),  # type: ignore[misc]
            "all_reduce": lambda whole=whole: ring_all_reduce(whole, comm),  # type: ignore[misc]
        }
        for collective, work in works.items():
            times[collective][label] = seconds_of(work, comm, repeats)
    return times


def steps(comm: Communicator, repeats: int) -> dict[str, list[float]]:
    """A step of training by the texts of all ranks: each learns from its part, then one all-reduce of all gradients."""
    torch.manual_seed(0)
    model = GPT(MODEL)
    optimizer = configure_optimizer(model, 1e-4)
    parameters = list(model.parameters())
    times = {}
    for batch in BATCHES:
        tokens = torch.randint(MODEL.vocab_size, (batch // comm.world_size, MODEL.context))

        def step(tokens: torch.Tensor = tokens) -> None:
            loss = next_token_loss(model(tokens), tokens)
            gradients = torch.autograd.grad(loss, parameters)
            total = torch.cat([gradient.flatten() for gradient in gradients])
            if comm.world_size > 1:
                total = ring_all_reduce(total, comm) / comm.world_size
            for parameter, gradient in zip(parameters, total.split([p.numel() for p in parameters]), strict=True):
                parameter.grad = gradient.view_as(parameter)
            optimizer.step()

        times[str(batch)] = seconds_of(step, comm, repeats)
    return times


def shortest(by_rank: list[Any]) -> Any:
    """Of runs on several ranks the slowest rank's time, and of these the least; dicts keep their form."""
    if isinstance(by_rank[0], dict):
        return {key: shortest([times[key] for times in by_rank]) for key in by_rank[0]}
    return float(np.min(np.max(by_rank, axis=0)))


def latency_and_rate(times: dict[str, float]) -> tuple[float, float]:
    """Microseconds α and gigabits a second 8 / (10⁹ β) of the line α + β · bytes with the least relative errors."""
    sizes, seconds = np.array([float(size) for size in times]), np.array(list(times.values()))
    alpha, beta = np.linalg.lstsq(np.stack([1 / seconds, sizes / seconds], axis=1), np.ones(len(sizes)))[0]
    return float(alpha * 1e6), float(8 / beta / 1e9)


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option(
    "--repeats", type=click.IntRange(3), default=10, show_default=True, help="Runs of each; the least counts."
)
@click.option("--ranks", type=click.IntRange(2), default=4, show_default=True, help="The largest ring.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/ranks.json"), show_default=True)
def main(repeats: int, ranks: int, out: Path) -> None:
    torch.set_num_threads(1)
    sent = shortest(on_processes(2, messages, repeats))
    microseconds, gigabits = latency_and_rate(sent)
    click.echo(f"a message takes {microseconds:.0f} µs, and its bytes go at {gigabits:.1f} Gb/s")
    count = parameter_count(MODEL)
    record = {
        "messages": sent,
        "microseconds": microseconds,
        "gigabits": gigabits,
        "rings": {str(n): shortest(on_processes(n, rings, repeats)) for n in range(2, ranks + 1)},
        "parameters": count,
        "multiplied": count - MODEL.context * MODEL.d_model,  # positions are looked up
        "context": MODEL.context,
        "memory_rate": memory_rate("cpu", 15),
        "steps": {str(n): shortest(on_processes(n, steps, repeats)) for n in (1, 2)},
    }
    write_result(out, {"provenance": provenance(), "repeats": repeats, **record})
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()
