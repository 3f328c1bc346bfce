"""`python -m curriculum.progressive`: train every model on every task of the ladder, and show where each first fails.

Results on stdout, progress on stderr. Exit codes: 0 done, 2 could not be done as asked, 130 stopped.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from curriculum.progressive.experiment import Run, Size
    from curriculum.progressive.logs import Sink

QUIET_SECONDS = 10.0
"""How often a progress that is no terminal says something."""


class Refused(click.ClickException):
    """What was asked cannot be done; the message is one sentence that says why."""

    exit_code = 2


class Progress:
    """Which run is being made, on stderr: live on a terminal, a line now and then in a log."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.said = total, 0, time.monotonic()
        self.live = sys.stderr.isatty()

    def begin(self, task: str, model: str, seed: int) -> None:
        line = f"{self.done} of {self.total} runs; now {model} on {task}, seed {seed}"
        if self.live:
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self.said > QUIET_SECONDS:
            self.said = time.monotonic()
            print(line, file=sys.stderr, flush=True)

    def end(self) -> None:
        self.done += 1

    def clear(self) -> None:
        """Leave the line to whoever prints next."""
        if self.live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--task", "tasks", multiple=True, metavar="TASK", help="Only this task; may be repeated.")
@click.option("--model", "models", multiple=True, metavar="MODEL", help="Only this model; may be repeated.")
@click.option("--seeds", type=click.IntRange(1), metavar="N", help="Seeds 0 to N − 1.  [default: 1]")
@click.option("--steps", type=click.IntRange(1), metavar="N", help="Steps of training of each run.  [default: 400]")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of log and report.  [default: build/progressive]")
@click.option("--wandb", type=click.Choice(["offline", "online"]), help="Log to Weights & Biases too.")
@click.option("--experiment", is_flag=True, help="Five seeds of 1,500 steps, and write the results file.")
@click.option(
    "--results",
    type=click.Path(path_type=Path),
    default=Path("results/progressive.json"),
    show_default=True,
    help="The file that --experiment writes.",
)
@click.option("--list", "only_list", is_flag=True, help="List tasks and models, and stop.")
def command(
    tasks: tuple[str, ...],
    models: tuple[str, ...],
    seeds: int | None,
    steps: int | None,
    out: Path | None,
    wandb: str | None,
    experiment: bool,
    results: Path,
    only_list: bool,
) -> None:
    """Train every model on every task of the ladder, and show where each first fails.

    What is finished is kept in --out: the same command, given again, goes on where it was stopped.
    """
    import torch

    from curriculum.progressive.experiment import LARGE, SMALL, save
    from curriculum.progressive.models import MODELS
    from curriculum.progressive.tasks import TASKS

    for kind, names, known in (("task", tasks, list(TASKS)), ("model", models, list(MODELS))):
        for name in names:
            if name not in known:
                raise Refused(f"there is no {kind} {name!r}; there are {', '.join(known)}")
    if only_list:
        show_list()
        return
    if experiment and (tasks or models):
        raise Refused("--experiment runs the whole ladder: leave out --task and --model")
    torch.set_num_threads(1)  # the models are so small that a second thread only costs
    size = LARGE if experiment else SMALL
    if steps:
        often = {"log_every": max(1, steps // 40), "evaluate_every": max(1, steps // 10)}
        size = replace(size, budget=replace(size.budget, steps=steps, **often))
    folder = out or Path("build/progressive-experiment" if experiment else "build/progressive")
    rungs = [name for name in TASKS if name in tasks or not tasks]
    climbers = [name for name in MODELS if name in models or not models]
    start = time.monotonic()
    runs = climb(rungs, climbers, seeds or (5 if experiment else 1), size, folder, wandb)
    from curriculum.progressive.figures import write_report  # which imports matplotlib

    report = write_report(folder, runs, size)
    print(f"\n{len(runs)} runs in {time.monotonic() - start:.0f} s. Log: {folder / 'log.jsonl'}. Report: {report}")
    if experiment:
        save(results, runs, size)
        print(f"Results: {results}")


def climb(tasks: list[str], models: list[str], seeds: int, size: Size, folder: Path, wandb: str | None) -> list[Run]:
    """Make the runs, and print a row of the table for each task that is finished."""
    from curriculum.progressive.experiment import ladder

    progress = Progress(len(tasks) * len(models) * seeds)
    runs: list[Run] = []
    sinks = open_sinks(folder, models, wandb)
    show_head(models, size)

    def log(event: dict[str, Any]) -> None:
        for sink in sinks:
            sink(event)

    try:
        for item in ladder(tasks, models, range(seeds), size, folder, log, progress.begin):
            runs.append(item)
            progress.end()
            if (item.model, item.seed) == (models[-1], seeds - 1):
                progress.clear()
                show_row(runs, item.task, models)
    except KeyboardInterrupt:
        progress.clear()
        done = f"{len(runs)} of {progress.total} runs are kept in {folder}"
        print(f"stopped: {done}; the same command goes on from there", file=sys.stderr)
        sys.exit(130)
    finally:
        for sink in sinks:
            sink.close()
    show_first_failures(runs, models)
    return runs


def open_sinks(folder: Path, models: list[str], wandb: str | None) -> list[Sink]:
    from curriculum.progressive.logs import JsonLines, WeightsAndBiases

    sinks: list[Sink] = [JsonLines(folder / "log.jsonl")]
    if wandb:
        sinks.append(WeightsAndBiases(wandb, folder, models))
    return sinks


# --- what is shown

FIRST, OTHER = 24, 10  # widths of columns


def show_list() -> None:
    from curriculum.progressive.models import MODELS
    from curriculum.progressive.tasks import TASKS

    print("tasks, from the first rung to the last, and what each needs:")
    for name, task in TASKS.items():
        print(f"  {name:{FIRST}}{task.needs}")
    print("models:")
    for name, entry in MODELS.items():
        print(f"  {name:{FIRST + 2}}{entry.title}")


def show_head(models: list[str], size: Size) -> None:
    from curriculum.progressive.models import MODELS, parameter_count

    counts = [parameter_count(MODELS[name].make(size.time, size.features)) for name in models]
    print(f"accuracy after {size.budget.steps} steps")
    show_cells("", [MODELS[name].short for name in models])
    show_cells("parameters", [f"{count:,}" for count in counts])


def show_row(runs: Sequence[Run], task: str, models: list[str]) -> None:
    """The mean accuracy over the seeds; a star where most of them solve the task."""
    from curriculum.progressive.experiment import accuracies, is_solved

    cells = []
    for model in models:
        found = accuracies(runs, task, model)
        cells.append(f"{sum(found) / len(found):.3f}{'*' if is_solved(runs, task, model) else ' '}")
    show_cells(task, cells)


def show_cells(first: str, cells: Sequence[str]) -> None:
    print(f"{first:{FIRST}}" + "".join(f"{cell:>{OTHER}}" for cell in cells), flush=True)


def show_first_failures(runs: Sequence[Run], models: list[str]) -> None:
    from curriculum.progressive.experiment import SOLVED, first_failure
    from curriculum.progressive.models import MODELS

    print(f"\n* solved: an accuracy of at least {SOLVED} from most seeds. The first task that a model does not solve:")
    for model in models:
        print(f"  {MODELS[model].title:{FIRST + 4}}{first_failure(runs, model) or 'none'}")


def main() -> None:
    """The command, with errors in one sentence."""
    from curriculum.progressive.logs import LogError

    try:
        command.main(prog_name="python -m curriculum.progressive", standalone_mode=False)
    except click.ClickException as error:
        print(f"progressive: {error.format_message()}", file=sys.stderr)
        sys.exit(2)
    except (LogError, OSError) as error:
        print(f"progressive: {error}", file=sys.stderr)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


if __name__ == "__main__":
    main()
