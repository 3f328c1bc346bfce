"""Where the events of a training run go: a file by default, Weights & Biases on request, or both.

A log is a function of one event, a dict. `training.train` speaks of "step" and "loss"; `prefixed` puts the model's name
before each, so that models trained on one task share a log: "self_attention/step", "self_attention/loss". What belongs
to no model keeps its name: "task", "seed".
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from curriculum.progressive.training import Log

PROJECT = "progressive-transformers"


class LogError(Exception):
    """The log that was asked for cannot be kept; the message says why and what to do."""


class Sink(Protocol):
    """A log that must be closed."""

    def __call__(self, event: dict[str, Any]) -> None: ...

    def close(self) -> None: ...


def prefixed(log: Log, model: str, **always: Any) -> Log:
    """A log that writes each entry under the model's name, and adds `always` to each event as it is."""
    return lambda event: log({**always, **{f"{model}/{name}": value for name, value in event.items()}})


class JsonLines:
    """One JSON object on a line for each event, appended and flushed at once: the file can be read while it grows.

    Each has the time, in seconds since 1970. Pandas reads it by `read_json(path, lines=True)`.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        torn = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
        self.file = path.open("a", encoding="utf-8")
        if torn:  # by a kill in the middle of a line; what follows must not be lost with it
            self.file.write("\n")

    def __call__(self, event: dict[str, Any]) -> None:
        self.file.write(json.dumps({"time": round(time.time(), 3), **event}, separators=(",", ":")) + "\n")
        self.file.flush()

    def close(self) -> None:
        self.file.close()


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The events of a file of JSON lines; a line that a kill tore apart is left out."""
    if not path.exists():
        return
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                continue
            if isinstance(event, dict):
                yield event


class WeightsAndBiases:
    """One run of Weights & Biases for each task and seed, in which each model has a namespace and a step of its own.

    mode: "offline" writes below `folder`, and `wandb sync` uploads it later; "online" needs a login. Models are trained
    one after the other, so the service's own step counter would put one behind the other. `define_metric` tells it to
    draw "self_attention/…" over "self_attention/step" instead.
    """

    def __init__(self, mode: str, folder: Path, models: list[str], project: str = PROJECT) -> None:
        try:
            import wandb
        except ImportError:
            raise LogError("wandb is not installed: pip install wandb, or leave out --wandb") from None
        self.wandb: Any = wandb
        self.mode, self.folder, self.models, self.project = mode, folder, models, project
        self.run: Any = None
        self.subject: tuple[Any, Any] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, event: dict[str, Any]) -> None:
        subject = (event["task"], event["seed"])
        if subject != self.subject:
            self.close()
            self.start(*subject)
        entries = {name: value for name, value in event.items() if "/" in name}
        self.run.log({name: self.native(value) for name, value in entries.items()})

    def start(self, task: str, seed: int) -> None:
        try:
            self.run = self.wandb.init(
                project=self.project,
                name=f"{task}-{seed}",
                group=task,
                config={"task": task, "seed": seed},
                mode=self.mode,
                dir=str(self.folder),
                settings=self.wandb.Settings(silent=True, console="off"),
            )
        except self.wandb.Error as error:
            first_line = str(error).strip().splitlines()[0]
            raise LogError(f"Weights & Biases did not start: {first_line} (--wandb offline needs no account)") from None
        for model in self.models:
            self.run.define_metric(f"{model}/step")
            self.run.define_metric(f"{model}/*", step_metric=f"{model}/step")
        self.subject = (task, seed)

    def native(self, value: Any) -> Any:
        """A histogram as theirs, anything else as it is."""
        if isinstance(value, dict) and set(value) == {"edges", "counts"}:
            return self.wandb.Histogram(np_histogram=(value["counts"], value["edges"]))
        return value

    def close(self) -> None:
        if self.run is not None:
            self.run.finish()
            self.run = self.subject = None
