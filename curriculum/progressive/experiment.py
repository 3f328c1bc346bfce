"""The ladder as an experiment: every task, every model, several seeds; and what it found, as a small file.

A *run* is one model trained on one task from one seed. The seed decides the examples, the starting weights and the
order of the batches; for one task and seed all models get the same examples and the same batches. A finished run is
appended to `runs.jsonl` at once, so that a ladder that was stopped goes on where it stood.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from curriculum.progressive.logs import JsonLines, prefixed, read
from curriculum.progressive.metrics import area_under_roc
from curriculum.progressive.models import MODELS, parameter_count
from curriculum.progressive.tasks import TASKS, draw
from curriculum.progressive.training import Budget, Data, Log, answers, ignore, train_on
from curriculum.provenance import provenance

SOLVED = 0.95
"""The accuracy from which a run counts as having solved its task."""


@dataclass(frozen=True)
class Size:
    """How large the problem is and how long each model may learn."""

    time: int = 8
    features: int = 4
    train_examples: int = 16384
    test_examples: int = 4096
    budget: Budget = field(default_factory=Budget)


SMALL = Size()
LARGE = Size(budget=Budget(steps=1500, log_every=25, evaluate_every=150))
"""Of the experiment: the same problem, and almost four times as long to learn."""


@dataclass(frozen=True)
class Run:
    """What came of one model, on one task, from one seed; all but `train_accuracy` is measured on the test examples."""

    task: str
    model: str
    seed: int
    accuracy: float
    auc: float
    train_accuracy: float
    curve: list[float]
    """The accuracy every `evaluate_every` steps."""
    seconds: float
    """Of processor time, which the neighbours on a shared machine change less than the clock."""


def make_data(task: str, seed: int, size: Size) -> Data:
    """The examples of a task and seed: train and test come from two streams of random numbers."""
    parts = []
    for part, n in enumerate((size.train_examples, size.test_examples)):
        x, labels = draw(task, n, size.time, size.features, [seed, part])
        parts += [torch.from_numpy(x), torch.from_numpy(labels).float()]
    return Data(*parts)


def fit(model: str, data: Data, seed: int, size: Size, log: Log = ignore) -> torch.nn.Module:
    """A model with weights from `seed`, trained."""
    torch.manual_seed(seed)
    fresh = MODELS[model].make(size.time, size.features)
    train_on(fresh, data, size.budget, seed, log)
    return fresh


def run(task: str, model: str, seed: int, data: Data, size: Size, log: Log = ignore) -> tuple[Run, np.ndarray]:
    """Train one model and judge it. Returns the run and the logits of the test examples."""
    curve: list[float] = []

    def watch(event: dict[str, Any]) -> None:
        if "test_accuracy" in event:
            curve.append(round(event["test_accuracy"], 4))
        log(event)

    start = time.process_time()
    fitted = fit(model, data, seed, size, watch)
    seconds = time.process_time() - start
    logits, labels = answers(fitted, data.test_x).numpy(), data.test_labels.numpy() > 0
    on_train = (answers(fitted, data.x) > 0) == (data.labels > 0)
    found = Run(
        task,
        model,
        seed,
        accuracy=round(float(np.mean((logits > 0) == labels)), 4),
        auc=round(area_under_roc(labels, logits), 4),
        train_accuracy=round(float(on_train.float().mean()), 4),
        curve=curve,
        seconds=round(seconds, 2),
    )
    return found, logits


# --- many runs, kept as they finish


def ladder(
    tasks: Sequence[str],
    models: Sequence[str],
    seeds: Sequence[int],
    size: Size,
    folder: Path,
    log: Log = ignore,
    before: Callable[[str, str, int], None] = lambda task, model, seed: None,
) -> Iterator[Run]:
    """Yield each run, task by task; those that `folder` holds, of this size and code, are not made again.

    `before` is told of each run that is about to be made. Test logits go to `runs.jsonl` with the run, for curves.
    """
    done = {(item.task, item.model, item.seed): item for item, _ in kept(folder, size)}
    file = JsonLines(folder / "runs.jsonl")
    try:
        for task in tasks:
            for seed in seeds:
                data = None
                for model in models:
                    if (task, model, seed) not in done:
                        before(task, model, seed)
                        data = data or make_data(task, seed, size)
                        own_log = prefixed(log, model, task=task, seed=seed)
                        item, logits = run(task, model, seed, data, size, own_log)
                        file({**made_by(size), "run": asdict(item), "logits": np.round(logits, 4).tolist()})
                        done[task, model, seed] = item
                    yield done[task, model, seed]
    finally:
        file.close()


def made_by(size: Size) -> dict[str, Any]:
    """What a run depends on besides task, model and seed: the size, and the text of what draws, models and trains."""
    digest = hashlib.sha256()
    for name in ("tasks.py", "models.py", "training.py"):
        digest.update(Path(__file__).with_name(name).read_bytes())
    return {"size": asdict(size), "code": digest.hexdigest()[:16]}


def kept(folder: Path, size: Size) -> Iterator[tuple[Run, list[float]]]:
    """The finished runs of this size and code in `folder`, each with its test logits."""
    wanted = made_by(size)
    for line in read(folder / "runs.jsonl"):
        if {name: line.get(name) for name in wanted} == wanted:
            yield Run(**line["run"]), line["logits"]


# --- what was found


def accuracies(runs: Sequence[Run], task: str, model: str) -> list[float]:
    """The accuracy of each seed."""
    return [item.accuracy for item in runs if (item.task, item.model) == (task, model)]


def is_solved(runs: Sequence[Run], task: str, model: str) -> bool:
    """Whether more than half of the seeds reach SOLVED."""
    found = accuracies(runs, task, model)
    return 2 * sum(accuracy >= SOLVED for accuracy in found) > len(found)


def first_failure(runs: Sequence[Run], model: str) -> str | None:
    """The first task of the ladder, among those that were run, which the model does not solve."""
    tried = {item.task for item in runs if item.model == model}
    return next((task for task in TASKS if task in tried and not is_solved(runs, task, model)), None)


def save(path: Path, runs: Sequence[Run], size: Size) -> None:
    """Write the runs with where they come from, a line for each run."""
    models = {name: parameter_count(entry.make(size.time, size.features)) for name, entry in MODELS.items()}
    origin = {
        **provenance(),
        "seeds": sorted({item.seed for item in runs}),
        "size": asdict(size),
        "parameters": models,
    }
    head = json.dumps(origin, indent=1)[:-2]
    lines = ",\n".join("  " + json.dumps(asdict(item), separators=(",", ":")) for item in runs)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{head},\n "runs": [\n{lines}\n ]\n}}\n', encoding="utf-8")


def load(path: Path) -> tuple[list[Run], dict[str, Any]]:
    """The runs of a file that `save` wrote, and where they come from."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return [Run(**item) for item in content.pop("runs")], content
