"""What the page on training shows: `python -m curriculum.distributed_experiment` → `results/distributed_training.json`.

Chapter 1's GPT on two processes with gloo, by each strategy, beside one process with the same batches: losses, bytes,
and what is sent. Then a checkpoint of two ranks on one and on three, a rank that is killed, and a collective that only
one rank calls. ZeRO-3 is left out where DeepSpeed is not installed, and the result says so.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch
import torch.distributed as dist
from torch.distributed.tensor.debug import CommDebugMode
from torch.nn.functional import cross_entropy

from curriculum.distributed_trainer import checkpoints, how_to_resume, run, summed
from curriculum.experiment_files import once, write_result
from curriculum.gpt import GPT, GPTConfig, configure_optimizer
from curriculum.launched import launched
from curriculum.provenance import provenance
from curriculum.text_data import corpus_named
from curriculum.train_distributed import DistributedConfig, DistributedGPT
from curriculum.train_gpt import Place, learning_rate

CONFIG = DistributedConfig(data="addition", steps=60, batch=31, context=24, d_model=64, n_head=4, warmup=10, every=20)
"""31 sequences: two ranks have 16 and 15."""
STOPPED = 30
STRATEGIES = ("ddp", "fsdp2", "zero3")
DIES = 25
"""The update in which a rank is killed."""


def training(config: DistributedConfig, place: Place) -> DistributedGPT:
    return DistributedGPT(config, corpus_named(config.data, config.seed), place)


def curve(config: DistributedConfig, place: Place, folder: Path) -> dict[str, Any]:
    """A whole run, with a checkpoint on the way: its losses, what each rank keeps, and what one step sends."""
    learns = training(config, place)
    losses, own = [], []
    share = learns.share
    seen: list[float] = []

    def noted(tokens: torch.Tensor, of: int) -> torch.Tensor:
        loss = share(tokens, of)
        seen.append(loss.item() * of / len(tokens))
        return loss

    learns.share = noted  # type: ignore[method-assign]
    for learns.done in range(config.steps):
        if learns.done == STOPPED:
            learns.save(folder)
        losses.append(learns.update()["train_loss"])
        own.append(seen[-1])
    kept: list[Any] = [None] * place.world_size
    of_this_rank = {**learns.learner.bytes_kept(), "gradients": learns.learner.gradient_bytes}
    dist.all_gather_object(kept, of_this_rank)
    with CommDebugMode() as sent:
        learns.done = 0
        learns.update()
    counts = Counter[str]()
    for name, count in sent.get_comm_counts().items():
        counts[str(name).rpartition(".")[2].strip("_").replace("_base", "").replace("_", "")] += count
    return {"losses": losses, "losses_of_rank_0": own, "kept": kept, "collectives": dict(counts)}


def resumed(config: DistributedConfig, place: Place, folder: Path) -> dict[str, Any]:
    learns = training(config, place)
    learns.load(checkpoints(folder)[-1])
    losses = []
    while learns.done < config.steps:
        losses.append(learns.update()["train_loss"])
        learns.done += 1
    return {"losses": losses}


def killed(config: DistributedConfig, place: Place, folder: Path) -> dict[str, Any]:
    """A run in which rank 1 is killed, as a machine's memory guard would do it."""
    learns = training(config, place)
    update = learns.update

    def until_the_end() -> dict[str, float]:
        if learns.done == DIES and place.rank == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return update()

    learns.update = until_the_end  # type: ignore[method-assign]
    run(learns, folder, False, "GPT")
    raise AssertionError("it was not killed")


def one_sided(config: DistributedConfig, place: Place, folder: Path) -> dict[str, Any]:
    """A collective that one rank calls and the others do not."""
    if place.leads:
        summed(1.0)
    dist.barrier()
    raise AssertionError("it did not hang")


KINDS = {"curve": curve, "resumed": resumed, "killed": killed, "one_sided": one_sided}


def job(ranks: int, kind: str, strategy: str, folder: Path, timeout: float = 120.0) -> dict[str, Any]:
    """What a job of so many ranks has found, or what it said at its end."""
    module = "curriculum.distributed_experiment"
    out = folder.parent / f"{kind}.json"
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}", "-m", module]
    asked = [f"--as-rank={kind}", f"--strategy={strategy}", f"--folder={folder}", f"--timeout={timeout}"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    ended = subprocess.run([*command, *asked], env=environment, capture_output=True, text=True, check=False)
    if out.exists():
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found
    if kind in ("curve", "resumed"):
        raise RuntimeError(ended.stderr)
    return {"stderr": ended.stderr.replace(str(folder), "build/distributed/gpt")}


def on_this_rank(kind: str, strategy: str, folder: Path, timeout: float) -> None:
    torch.set_num_threads(1)
    config = replace(CONFIG, strategy=strategy, samples=False)
    with launched("cpu", timeout, partial(how_to_resume, folder)) as place:
        found = KINDS[kind](config, place, folder)
        if place.leads:
            (folder.parent / f"{kind}.json").write_text(json.dumps(found), encoding="utf-8")


def all_of(strategy: str) -> dict[str, Any]:
    """What two ranks do by a strategy, and what one and three make of their checkpoint."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "out"
        found = job(2, "curve", strategy, folder)
        return {**found, "resumed": {str(ranks): job(ranks, "resumed", strategy, folder)["losses"] for ranks in (1, 3)}}


def endings() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "out"
        said = {"killed": job(2, "killed", "ddp", folder)["stderr"]}
        shutil.rmtree(folder)
        return {**said, "one_sided": job(2, "one_sided", "ddp", folder, timeout=10.0)["stderr"]}


def by_one_process() -> dict[str, Any]:
    """The same training by one process, as a plain loop without any strategy."""
    torch.set_num_threads(1)
    corpus = corpus_named(CONFIG.data, CONFIG.seed)
    torch.manual_seed(CONFIG.seed)
    model = GPT(GPTConfig(len(corpus.vocabulary), CONFIG.context, CONFIG.n_layer, CONFIG.n_head, CONFIG.d_model))
    optimizer = configure_optimizer(model, CONFIG.learning_rate, CONFIG.weight_decay)
    windows = corpus.train[: len(corpus.train) // CONFIG.context * CONFIG.context].view(-1, CONFIG.context)
    order = torch.randperm(len(windows), generator=torch.Generator().manual_seed(CONFIG.seed * 1_000_003))
    losses = []
    for step, rows in enumerate(order.split(CONFIG.batch)[: CONFIG.steps]):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(CONFIG, step)
        loss = cross_entropy(model(windows[rows])[:, :-1].flatten(0, 1), windows[rows][:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CONFIG.clip)
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses}


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/distributed_training.json"))
@click.option("--kept", type=click.Path(path_type=Path), default=Path("build/distributed_experiment"))
@click.option("--as-rank", type=click.Choice(list(KINDS)), hidden=True)
@click.option("--strategy", hidden=True)
@click.option("--folder", type=click.Path(path_type=Path), hidden=True)
@click.option("--timeout", type=float, default=120.0, hidden=True)
def main(out: Path, kept: Path, as_rank: str, strategy: str, folder: Path, timeout: float) -> None:
    if as_rank:
        on_this_rank(as_rank, strategy, folder, timeout)
        return
    with_deepspeed = importlib.util.find_spec("deepspeed") is not None
    runs = {}
    for name in STRATEGIES if with_deepspeed else STRATEGIES[:2]:
        runs[name] = once(kept / f"{name}.json", partial(all_of, name))
        click.echo(f"{name}: loss {runs[name]['losses'][0]:.3f} at first, {runs[name]['losses'][-1]:.3f} at last")
    alone = once(kept / "alone.json", by_one_process)
    result = {
        "provenance": provenance(),
        "config": asdict(CONFIG),
        "stopped": STOPPED,
        "alone": alone["losses"],
        "runs": runs,
        "endings": once(kept / "endings.json", endings),
        **({} if with_deepspeed else {"left_out": "zero3: DeepSpeed is not installed"}),
    }
    write_result(out, result)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()
