"""What training on several ranks adds to `curriculum.trainer`: shares of a batch, sharded checkpoints, one voice.

What is drawn in an update depends on the seed and the number of the update alone, never on the rank or on how many
there are. Each rank knows the whole batch and learns from its share. So a run gives the same numbers, but for rounding,
on any number of ranks, and can be resumed on another.

A checkpoint is a folder `update-N`, written by torch.distributed.checkpoint: each rank writes what it keeps into a file
of its own, and `.metadata`, written last, says where each piece of each tensor is. Without that file it is unfinished.
"""

from __future__ import annotations

import json
import shutil
import warnings
from abc import abstractmethod
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from torch import Tensor
from torch.distributed.checkpoint.state_dict_loader import load as read_shards
from torch.distributed.checkpoint.state_dict_saver import save as write_shards

from curriculum.learner import Learner
from curriculum.progressive.logs import JsonLines
from curriculum.train_gpt import Place
from curriculum.trainer import Record, Trainer, TrainerConfig

FREE = ("steps", "updates", "every", "device", "dtype", "compile", "strategy", "micro_batch", "samples", "timeout")
"""Options in which a run that goes on may differ from the one that was stopped."""
KEPT = 2
"""Checkpoints that are kept."""


def shares(rows: Tensor, place: Place, largest: int = 0) -> list[tuple[Tensor, bool]]:
    """This rank's rows of a batch, in pieces of at most `largest`, and whether each counts; 0: in one piece.

    Every rank gets as many pieces, since each is a call of the model, in which all take part. A piece that would be
    empty is a row that does not count.
    """
    most = -(-len(rows) // place.world_size)
    pieces = -(-most // largest) if largest else 1
    mine = rows[place.rank :: place.world_size].tensor_split(pieces)
    return [(piece, True) if len(piece) else (rows[:1], False) for piece in mine]


def summed(*values: float | Tensor) -> list[float]:
    """Each value, summed over the ranks."""
    device = "cuda" if dist.get_backend() == "nccl" else "cpu"
    both = torch.tensor([float(value) for value in values], dtype=torch.float64, device=device)
    dist.all_reduce(both)
    return both.tolist()


class DistributedTrainer(Trainer):
    """A model that learns in updates on several ranks, and how far it has come. All ranks call every method alike."""

    learner: Learner

    def __init__(self, config: TrainerConfig, place: Place) -> None:
        super().__init__(config)
        self.place = place

    def parts(self) -> dict[str, Any]:
        """What a checkpoint holds besides the learner: small, and the same on every rank."""
        return {}

    @abstractmethod
    def measured(self, records: list[dict[str, float]]) -> Record: ...

    def save(self, path: Path) -> None:
        """Write a checkpoint into the folder `path`, each rank its part; older ones go, but for the last."""
        folder = path / f"update-{self.done}"
        if self.place.leads:
            shutil.rmtree(folder, ignore_errors=True)  # unfinished, by a run that was killed
            folder.mkdir(parents=True)
            about = {
                "config": asdict(self.config),  # type: ignore[call-overload]
                "done": self.done,
                "seconds": self.seconds,
                "steps": self.learner.steps,
                "parts": {name: part.state_dict() for name, part in self.parts().items()},
            }
            (folder / "training.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
        dist.barrier()
        write_shards(self.learner.state(), checkpoint_id=str(folder))
        if self.place.leads:
            for old in checkpoints(path)[:-KEPT]:
                shutil.rmtree(old)

    def load(self, path: Path) -> None:
        """Go on from the checkpoint in `path`, whichever strategy wrote it, on however many ranks.

        Raises ValueError where it is of another run.
        """
        about = json.loads((path / "training.json").read_text(encoding="utf-8"))
        mine, its = asdict(self.config), about["config"]  # type: ignore[call-overload]
        differing = [name for name in mine if name not in FREE and mine[name] != its.get(name)]
        if differing:
            raise ValueError(f"{path} was made with another {', '.join(differing)}")
        state = self.learner.state()
        read_shards(state, checkpoint_id=str(path))
        self.learner.restore(state, about["steps"])
        for name, part in self.parts().items():
            part.load_state_dict(about["parts"][name])
        self.done, self.seconds = about["done"], about["seconds"]


def checkpoints(path: Path) -> list[Path]:
    """The finished checkpoints in a folder, the latest last."""
    found = [folder for folder in path.glob("update-*") if (folder / ".metadata").exists()]
    return sorted(found, key=lambda folder: int(folder.name.removeprefix("update-")))


def how_to_resume(out: Path) -> str:
    """What to do after a job has ended too early, in a few words."""
    found = checkpoints(out)
    if not found:
        return "there is no checkpoint yet"
    done = found[-1].name.removeprefix("update-")
    return f"--resume --out {out} goes on from update {done}, on any number of ranks"


def run(training: DistributedTrainer, out: Path, resume: bool, title: str, console: Console | None = None) -> None:
    """Train; write `log.jsonl` and checkpoints into `out`, which all ranks must see. One rank shows how it goes.

    Raises what `curriculum.trainer.run` raises.
    """
    leads, found = training.place.leads, checkpoints(out)
    if resume and found:
        training.load(found[-1])
    else:
        training.begin()
        dist.barrier()  # nobody looks for a checkpoint any more
        if leads:
            for old in out.glob("update-*"):
                shutil.rmtree(old)
            (out / "log.jsonl").unlink(missing_ok=True)
    sink = JsonLines(out / "log.jsonl") if leads else None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console or Console(stderr=True), disable=not leads) as progress:
        shown = progress.add_task(title, total=training.config.updates, completed=training.done)

        def log(record: Record) -> None:
            training.save(out)
            if sink:
                sink(record)
            progress.update(shown, completed=training.done, description=training.said(record))

        try:
            with warnings.catch_warnings():
                # DCP's own calls of torch's functions by their old names.
                warnings.simplefilter("ignore", FutureWarning)
                # FSDP2's, of a view that is returned; nothing is written into it.
                warnings.filterwarnings("ignore", "FSDP2-wrapped module", UserWarning)
                training.train(log)
        finally:
            if sink:
                sink.close()
