"""What every trainer of texts does alike: updates, measurements, checkpoints, a log, and a bar that shows how it goes.

What is drawn in an update depends on the seed and the number of the update alone. So a run that was stopped goes on as
if it had not been, and no state of a generator has to be kept.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from curriculum.progressive.logs import JsonLines

Record = dict[str, Any]
Log = Callable[[Record], object]
FREE = ("updates", "every", "device")
"""Options in which a run that goes on may differ from the one that was stopped."""


class TrainerConfig(Protocol):
    """What a configuration, a frozen dataclass, says besides what is its own."""

    @property
    def updates(self) -> int: ...

    @property
    def every(self) -> int:
        """Updates between two measurements, each with a checkpoint."""

    @property
    def seed(self) -> int: ...


class Stateful(Protocol):
    """A module, an optimizer, or whatever else a checkpoint holds."""

    def state_dict(self) -> Any: ...

    def load_state_dict(self, state: Any, /) -> Any: ...


class Trainer(ABC):
    """A model that learns in updates, and how far it has come."""

    def __init__(self, config: TrainerConfig) -> None:
        self.config = config
        self.done = 0
        self.seconds = 0.0

    @abstractmethod
    def update(self) -> dict[str, float]:
        """Learn once; what was seen. Raises FloatingPointError where a number is lost."""

    @abstractmethod
    def measured(self, records: list[dict[str, float]]) -> Record:
        """What there is to say now, given the records of the updates since the last time."""

    @abstractmethod
    def parts(self) -> dict[str, Stateful]:
        """What a checkpoint holds."""

    @abstractmethod
    def said(self, record: Record) -> str:
        """A record's numbers that matter, in a few words for the bar."""

    def begin(self) -> None:  # noqa: B027 - most have nothing to do
        """What comes before the first update of a fresh run."""

    def seeded(self, purpose: int) -> None:
        """Begin the random numbers of this update anew; each purpose has its own."""
        torch.manual_seed((self.config.seed * 1_000_003 + self.done) * 65_537 + purpose)

    def train(self, log: Log, until: int | None = None) -> None:
        """Update to the end, or to the update `until`; `log` gets a record at every measurement.

        Raises FloatingPointError where a number is lost.
        """
        last = self.config.updates if until is None else until
        if self.done == 0 and last > 0:
            log(self.measured([]))
        records: list[dict[str, float]] = []
        while self.done < last:
            started = time.perf_counter()
            records.append(self.update())
            self.done += 1
            self.seconds += time.perf_counter() - started
            if self.done % self.config.every == 0 or self.done == last:
                log(self.measured(records))
                records = []

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {name: part.state_dict() for name, part in self.parts().items()}
        draft = path.with_suffix(".part")
        torch.save({"config": asdict(self.config), "done": self.done, "seconds": self.seconds, **state}, draft)  # type: ignore[call-overload]
        draft.replace(path)

    def load(self, path: Path) -> None:
        """Go on where a checkpoint was written. Raises ValueError where it is of another run."""
        state = torch.load(path, map_location=getattr(self.config, "device", "cpu"), weights_only=True)
        mine, its = asdict(self.config), state["config"]  # type: ignore[call-overload]
        differing = [name for name in mine if name not in FREE and mine[name] != its.get(name)]
        if differing:
            raise ValueError(f"{path} was made with another {', '.join(differing)}")
        for name, part in self.parts().items():
            part.load_state_dict(state[name])
        self.done, self.seconds = state["done"], state["seconds"]


def means(records: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each number over the records, to four places; nothing where there is no record."""
    return {name: round(sum(record[name] for record in records) / len(records), 4) for name in (records or [{}])[0]}


def run(training: Trainer, out: Path, resume: bool, title: str, console: Console | None = None) -> None:
    """Train; write `log.jsonl` and `checkpoint.pt` into `out`, and show on stderr how it goes.

    Raises ValueError and OSError for what cannot be read or does not fit together, FloatingPointError where a number is
    lost.
    """
    out.mkdir(parents=True, exist_ok=True)
    checkpoint, path = out / "checkpoint.pt", out / "log.jsonl"
    if resume and checkpoint.exists():
        training.load(checkpoint)
    else:
        path.unlink(missing_ok=True)
        training.begin()
    sink = JsonLines(path)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console or Console(stderr=True)) as progress:
        shown = progress.add_task(title, total=training.config.updates, completed=training.done)

        def log(record: Record) -> None:
            sink(record)
            training.save(checkpoint)
            progress.update(shown, completed=training.done, description=training.said(record))

        try:
            training.train(log)
        finally:
            sink.close()


@contextmanager
def one_sentence(out: Path) -> Iterator[None]:
    """End a command with one sentence where it is stopped or cannot go on."""
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(f"stopped; what was measured last is kept: --resume --out {out} goes on from there") from None
    except FloatingPointError as error:
        raise SystemExit(f"{error}: try a smaller --learning-rate") from None
    except (ImportError, ValueError, OSError, RuntimeError) as error:
        raise SystemExit(str(error)) from None
