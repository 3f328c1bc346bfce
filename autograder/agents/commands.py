"""The commands around models: they validate, call the library, render."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..catalog import exercise_named
from ..errors import JudgeError, UsageError

if TYPE_CHECKING:
    from .attempts import Settings, Tally
    from .shapes import Problem

folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
OPTIONS = (
    click.option("--model", required=True, metavar="MODEL", help="For example claude-haiku-4-5."),
    click.option("--concurrency", type=click.IntRange(1, 256), default=15, show_default=True, help="Attempts at once."),
    click.option(
        "--max-steps", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Answers in one attempt."
    ),
    click.option(
        "--effort", type=click.Choice(["low", "medium", "high", "xhigh", "max"]), help="How hard the model thinks."
    ),
    click.option(
        "--time-limit", "seconds", type=click.FloatRange(1), metavar="S", help="Seconds one attempt may take."
    ),
    click.option(
        "--token-limit", "tokens", type=click.IntRange(1), metavar="N", help="Tokens one attempt may take, all kinds."
    ),
    click.option(
        "--budget", "budget_usd", type=click.FloatRange(0), metavar="USD", help="Begin no attempt after this is spent."
    ),
    click.option(
        "--isolation",
        type=click.Choice(["auto", "strict", "none"]),
        default="auto",
        show_default=True,
        help="For the judge; the model's workspace is always jailed.",
    ),
    click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR"),
    click.option("--resume", is_flag=True, help="Go on with the attempts that DIR does not hold yet."),
)


def makes_attempts(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options of attempts, as `settings`, `out` and `resume`."""

    @functools.wraps(command)
    def with_settings(
        model: str,
        concurrency: int,
        max_steps: int,
        effort: str | None,
        seconds: float | None,
        tokens: int | None,
        budget_usd: float | None,
        isolation: str,
        **others: Any,
    ) -> None:
        limits = _needed("loop").Limits(max_steps, seconds, tokens)
        settings = _needed("attempts").Settings(model, concurrency, limits, effort, budget_usd, isolation)
        command(settings=settings, **others)

    for option in reversed(OPTIONS):
        option(with_settings)
    return with_settings


@click.command()
@click.argument("exercises", metavar="EXERCISE...", nargs=-1, required=True)
@click.option("--runs", type=click.IntRange(1, 10_000), default=15, show_default=True, help="Attempts at each task.")
@click.option("--repair", "k", type=click.IntRange(1), metavar="K", help="Repair a colleague's code with K mistakes.")
@click.option("--twin", is_flag=True, help="Also attempt each task's impossible twin, where it has one.")
@makes_attempts
def attempt(
    exercises: tuple[str, ...],
    runs: int,
    k: int | None,
    twin: bool,
    settings: Settings,
    out: Path,
    resume: bool,
) -> None:
    """Let a model attempt exercises in a jailed workspace, and record everything in DIR.

    The model gets the statement, the starter and tools; only what it submits is graded. Can be stopped at any moment
    and continued with --resume. Needs ANTHROPIC_API_KEY.
    """
    import asyncio

    chosen = [exercise_named(name) for name in dict.fromkeys(exercises)]
    shapes = _needed("shapes")
    problems = [shapes.repair(exercise, k) if k else shapes.implement(exercise) for exercise in chosen]
    if twin:
        with_twin = [exercise for exercise in chosen if shapes.twins.twin_of(exercise)]
        for exercise in chosen:
            if exercise not in with_twin:
                click.echo(f"{exercise.id} has no impossible twin", err=True)
        problems += [shapes.twin(exercise) for exercise in with_twin]
    records = asyncio.run(_attempted(problems, runs, settings, out, resume))
    counted = [record for record in records if record["outcome"] != "infrastructure"]
    passed = sum(record["passed"] for record in counted)
    click.echo(
        f"{len(counted)} attempts, {passed} passed, {len(records) - len(counted)} infrastructure errors "
        f"(not counted; --resume tries them again). See: autograder report {out}"
    )
    sys.exit(2 if len(counted) < len(problems) * runs else 0)


@click.command()
@folder_argument
def report(folder: Path) -> None:
    """Say what the attempts in DIR came to: report.json, report.md and report.html there."""
    from .records import Folder

    reporting, page = _needed("report"), _needed("report_page")
    held = Folder(folder)
    held.run()
    records = held.records()
    if not records:
        raise UsageError(f"no attempt in {folder} has ended yet")
    summary = reporting.summary(records)
    text = reporting.as_markdown(summary)
    transcripts = {record["id"]: held.transcript(record["id"]).events() for record in records}
    files = {
        "report.json": json.dumps(summary, indent=2, ensure_ascii=False) + "\n",
        "report.md": text,
        "report.html": page.page(records, transcripts, summary),
    }
    try:
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"the report cannot be written: {error}") from None
    click.echo(text)
    click.echo(f"Reports: {', '.join(str(folder / name) for name in files)}")


@click.command()
@click.argument("one", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.argument("other", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="The comparison as JSON on stdout.")
def compare(one: Path, other: Path, as_json: bool) -> None:
    """Compare two models, or two settings, on the tasks that both attempted."""
    from .records import Folder

    comparison = _needed("comparison")
    for folder in (one, other):
        Folder(folder).run()
    found = comparison.compare(Folder(one).records(), Folder(other).records())
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else comparison.as_text(found))


@click.command()
@click.argument("exercise")
@click.option("--band", default="10-40", show_default=True, metavar="LOW-HIGH", help="Pass rates, in percent.")
@makes_attempts
def calibrate(exercise: str, band: str, settings: Settings, out: Path, resume: bool) -> None:
    """Find how many mistakes must be planted for a model's pass rate to lie in a band.

    Tries the task as it is, then repairs of more and more planted mistakes, each only as often as it takes to tell.
    What is found is confirmed by fresh attempts, and only these are the result. Exits with 1 if nothing is found.
    """
    import asyncio

    calibration, rates, shapes = _needed("calibration"), _needed("rates"), _needed("shapes")
    low, dash, high = band.partition("-")
    if not (dash and low.isdigit() and high.isdigit() and 0 <= int(low) < int(high) <= 100):
        raise UsageError(f"the band is {band!r}, and should be two percentages like 10-40")
    entry = exercise_named(exercise)
    hardest = 0 if shapes.not_repairable(entry) else shapes.most_planted(entry)
    problems = [shapes.implement(entry), *(shapes.repair(entry, k) for k in range(1, hardest + 1))]
    made = asyncio.run(_calibrated(problems, rates.Band(int(low) / 100, int(high) / 100), settings, out, resume))
    click.echo(calibration.as_text(made))
    (out / "calibration.json").write_text(json.dumps(made.to_json(), indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if made.found else 1)


COMMANDS = (attempt, report, compare, calibrate)


def regrade(folder: Path, yes: bool) -> None:
    """Show what today's graders make of the submissions in DIR; with `yes`, record it."""
    from .. import progress
    from .records import Folder

    regrading = _needed("regrading")
    held = Folder(folder)
    held.run()
    records = held.records()
    with progress.bar(len(records), "judging again") as advance:
        today = list(regrading.regraded(held, advance))
    changes = [change for _, change in today if change is not None]
    for change in changes:
        click.echo(f"{change.id}: {_told(*change.before)} → {_told(*change.after)}")
    click.echo(f"{len(today)} submissions judged again, {len(changes)} are judged otherwise now.")
    if changes and (yes or (sys.stdin.isatty() and click.confirm("Record it?"))):
        for record, change in today:
            if change is not None:
                held.add(record)
    elif changes:
        click.echo("Nothing was recorded; --yes records it.")


async def _attempted(
    problems: list[Problem], runs: int, settings: Settings, out: Path, resume: bool
) -> list[dict[str, Any]]:
    """Make the attempts, with progress; the records of all that ended. Raises UsageError, JudgeError."""
    attempts = _needed("attempts")
    api = attempts.client()
    folder = _begun(problems, settings, out, resume)
    try:
        async with api:
            with _live(len(problems) * runs) as show:
                made: list[dict[str, Any]] = await attempts.attempt_all(
                    api, problems, range(runs), settings, folder, show
                )
                return made
    except attempts.BudgetSpent as error:
        click.echo(f"autograder: {error}; what was made is kept, go on with --resume and another --budget", err=True)
        return folder.records()


async def _calibrated(problems: list[Problem], band: Any, settings: Settings, out: Path, resume: bool) -> Any:
    """Walk and confirm, with attempts that are numbered on from those before."""
    attempts, calibration = _needed("attempts"), _needed("calibration")
    api = attempts.client()
    folder = _begun(problems, settings, out, resume)
    made = dict.fromkeys(range(len(problems)), 0)

    async def passed(k: int, runs: int) -> int:
        numbers = range(made[k], made[k] + runs)
        made[k] += runs
        click.echo(f"{problems[k].id}: attempts {numbers[0] + 1} to {numbers[-1] + 1}", err=True)
        with _live(runs) as show:
            records = await attempts.attempt_all(api, [problems[k]], numbers, settings, folder, show)
        if any(record["outcome"] == "infrastructure" for record in records):
            raise JudgeError("some attempts met an infrastructure error; --resume makes them again and goes on")
        return sum(record["passed"] for record in records)

    async with api:
        try:
            return await calibration.calibrate(passed, range(len(problems)), band)
        except attempts.BudgetSpent as error:
            raise UsageError(f"{error}; what was made is kept, go on with --resume and another --budget") from None


def _begun(problems: list[Problem], settings: Settings, out: Path, resume: bool) -> Any:
    from .records import Folder

    folder = Folder(out)
    folder.begin(_needed("attempts").description(problems, settings, sys.argv), resume)
    return folder


@contextmanager
def _live(total: int) -> Iterator[Any]:
    """Shows a tally of the attempts on stderr: live on a terminal, else a line for each."""

    def text(tally: Tally) -> str:
        cost = f"${tally.cost_usd:.2f}" if tally.priced else f"${tally.cost_usd:.2f} and what is unknown"
        errors = f", {tally.infrastructure} infrastructure errors" if tally.infrastructure else ""
        return f"{tally.done} of {total} attempts, {tally.passed} passed, {tally.tokens:,} tokens, {cost}{errors}"

    if sys.stderr.isatty():
        from rich.console import Console
        from rich.status import Status

        with Status("no attempt has ended yet", console=Console(stderr=True)) as status:
            yield lambda tally: status.update(text(tally))
        return
    yield lambda tally: print(text(tally), file=sys.stderr, flush=True)


def _needed(module: str) -> Any:
    """A module of this package. Raises UsageError where the extra is not installed."""
    import importlib

    try:
        return importlib.import_module(f"{__package__}.{module}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("autograder"):
            raise
        raise UsageError(f"{error.name} is not installed: pip install 'attention-to-rlhf[agents]'") from None


def _told(passed: bool, score: float, named: tuple[str, ...]) -> str:
    found = f" ({', '.join(named)})" if named else ""
    return f"{'passed' if passed else 'not passed'}, {score:g} points{found}"
