"""The command line: validate, call the library, render, exit. Results on stdout, progress on stderr.

Exit codes: 0 all passed, 1 something did not pass, 2 could not be graded, 130 stopped.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .agents import commands as agents
from .catalog import EXERCISES, exercise_named
from .classroom import commands as classroom
from .errors import JudgeError, UsageError
from .tutor import commands as tutor

if TYPE_CHECKING:
    from .sandbox import Sandbox

ISOLATION = click.Choice(["auto", "strict", "none"])
isolation_option = click.option(
    "--isolation",
    type=ISOLATION,
    default="auto",
    show_default=True,
    help="auto: the best confinement there is here; strict: refuse where there is none; none: resource limits only.",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    help="The hidden seed that inputs are drawn from; a fresh one if not given.",
)
timeout_option = click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(0.1, 3600),
    metavar="S",
    help="Seconds that each check may take; a whole attempt may take four times that.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="attention-to-rlhf")
def cli() -> None:
    """Graders for the course: list the exercises, read one, grade a solution or thousands."""


@cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array on stdout.")
def list_command(as_json: bool) -> None:
    """List the exercises."""
    if as_json:
        fields = ("id", "title", "points", "difficulty", "minutes", "task", "defines", "libraries", "file")
        rows = [{name: getattr(exercise, name) for name in fields} for exercise in EXERCISES]
        click.echo(json.dumps(rows, indent=2))
        return
    width = max(len(exercise.id) for exercise in EXERCISES)
    click.echo(f"{'exercise':{width}}  points  level  time    title")
    for exercise in EXERCISES:
        numbers = f"{exercise.points:>6g}  {exercise.difficulty:>5}  {exercise.minutes:>3} min"
        click.echo(f"{exercise.id:{width}}  {numbers}  {exercise.title}")


@cli.command()
@click.argument("exercise")
@click.option("--hints", is_flag=True, help="Show the staged hints too.")
def show(exercise: str, hints: bool) -> None:
    """Show an exercise: its statement and the file to start from."""
    from . import notebooks
    from .catalog import judgement_of

    entry = exercise_named(exercise)
    click.echo(notebooks.statement(entry).strip())
    click.echo(f"\n--- {entry.file} ({entry.task}; {entry.points:g} points, about {entry.minutes} minutes) ---\n")
    click.echo(notebooks.starter(entry).rstrip("\n"))
    if hints:
        click.echo("\n--- hints ---")
        for number, text in enumerate(judgement_of(entry).hints, start=1):
            click.echo(f"\n{number}. {text}")


@cli.command()
@click.argument("exercise")
@click.argument("file", metavar="FILE|-")
@click.option("--json", "as_json", is_flag=True, help="The verdict as JSON on stdout.")
@seed_option
@isolation_option
@timeout_option
@click.option(
    "--network",
    type=click.Choice(["judge", "gloo"]),
    default="judge",
    show_default=True,
    help="Between the ranks of a distributed exercise. judge: the judge carries and counts what they send; gloo: they "
    "talk over the loopback interface of a network of their own, nobody counts, and the verdict is advisory.",
)
def grade(
    exercise: str, file: str, as_json: bool, seed: int | None, isolation: str, seconds: float | None, network: str
) -> None:
    """Grade a solution: a Python file, a notebook, or - for standard input."""
    from . import judge, rendering
    from .sandbox import Sandbox
    from .sources import cells_from_file
    from .tutor import record

    entry = exercise_named(exercise)
    cells = cells_from_file(file)
    if network == "judge":
        with Sandbox(entry.libraries, isolation) as sandbox:
            warn_if_unconfined(sandbox)
            verdict = judge.grade(entry, cells, sandbox=sandbox, seed=seed, seconds=seconds)
        if folder := record.folder_of(Path(file).parent):
            record.note_verdict(folder, verdict)
    else:
        verdict = judge.grade(entry, cells, isolation=isolation, seed=seed, seconds=seconds, network=network)
    if as_json:
        click.echo(json.dumps(verdict.to_json(), indent=2, ensure_ascii=False))
    else:
        click.echo(rendering.as_text(verdict, click.style))
    sys.exit(0 if verdict.passed else 1)


@cli.command("grade-batch")
@click.argument("source", metavar="IN.jsonl", type=click.Path(path_type=Path))
@click.option("-o", "--output", "target", metavar="OUT.jsonl", type=click.Path(path_type=Path), required=True)
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that grade at once.")
@click.option("--resume", is_flag=True, help="Keep the verdicts in OUT.jsonl that are still valid; grade the rest.")
@seed_option
@isolation_option
@timeout_option
def grade_batch_command(
    source: Path, target: Path, jobs: int, resume: bool, seed: int | None, isolation: str, seconds: float | None
) -> None:
    """Grade many: lines {"id", "exercise", "submission"} in, one verdict a line out, in the order they finish.

    Can be stopped at any moment and continued with --resume. Exits with 0 if every line was graded (passed or not) and
    with 2 if some could not be.
    """
    from . import progress
    from .batch import Options, grade_batch, read_lines

    options = Options(seed, isolation, seconds)
    with progress.bar(len(read_lines(source)), "grading") as advance:
        summary = grade_batch(source, target, jobs=jobs, resume=resume, options=options, progress=advance)
    click.echo(
        f"{summary.total} submissions: {summary.passed} passed, {summary.failed} not, "
        f"{summary.errors} could not be graded ({summary.reused} kept from before). Verdicts: {target}"
    )
    sys.exit(2 if summary.errors else 0)


@cli.command()
@click.argument("exercises", metavar="[EXERCISE]...", nargs=-1)
@click.option("--seeds", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="For each program.")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that try at once.")
@click.option(
    "--json",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("results/certificates.json"),
    show_default=True,
    metavar="FILE",
    help="Where the certificates are written; those of other exercises stay.",
)
def certify(exercises: tuple[str, ...], seeds: int, jobs: int, target: Path) -> None:
    """Prove graders right: with correct variants, misconceptions, mutants and exploits; all exercises if none is named.

    Can be stopped at any moment; the next call goes on. Exits with 1 if a grader is not what it should be.
    """
    from . import progress
    from .certificate import certify as certificates
    from .certificate.trying import PARTS, Effort

    chosen = [exercise_named(name) for name in exercises] or list(EXERCISES)
    with progress.bar(len(chosen) * len(PARTS), "certifying") as advance:
        made = certificates.certify(chosen, Effort(seeds=seeds), jobs, advance)
    certificates.write(made, target)
    failed = False
    for certificate in made:
        found = certificates.defects(certificate)
        failed = failed or bool(found)
        killed, total = certificate["mutants"]["killed"], certificate["mutants"]["total"]
        outcome = "not certified" if found else "certified"
        click.echo(f"{certificate['exercise']}: {outcome}, {killed} of {total} mutants killed")
        for sentence in found:
            click.echo(f"  {sentence}")
    together = certificates.read(target)
    if {exercise.id for exercise in EXERCISES} <= {certificate["exercise"] for certificate in together}:
        for sentence in certificates.shortfalls(together):
            failed = True
            click.echo(f"all together: {sentence}")
    click.echo(f"Certificates: {target}")
    sys.exit(1 if failed else 0)


@cli.command()
@click.argument("targets", metavar="[ASSIGNMENT]... | DIR", nargs=-1)
@classroom.jobs_option
@click.option("--yes", is_flag=True, help="Change the gradebook, or the records in DIR, without asking.")
def regrade(targets: tuple[str, ...], jobs: int | None, yes: bool) -> None:
    """Show whose verdict a changed grader changes, and then change it.

    For a class: looks at what was graded and has not been handed in anew since. For a DIR of `autograder attempt`:
    judges what was submitted there once more, without a call to a model. Without a terminal nothing is changed unless
    --yes is given.
    """
    if len(targets) == 1 and Path(targets[0], "run.json").is_file():
        agents.regrade(Path(targets[0]), yes)
    else:
        classroom.regrade(targets, jobs, yes)


for command in (*classroom.COMMANDS, *agents.COMMANDS, *tutor.COMMANDS):
    cli.add_command(command)


def warn_if_unconfined(sandbox: Sandbox) -> None:
    """Say on stderr that a verdict is advisory, and why."""
    if sandbox.level == "rlimits":
        reasons = "; ".join(f"{level}: {reason}" for level, reason in sandbox.refused.items())
        why = f" ({reasons})" if reasons else ""
        click.echo(f"warning: the submission runs with resource limits only, so the verdict is advisory{why}", err=True)


def in_one_sentence(action: Callable[[], object]) -> None:
    """Run `action`; whatever goes wrong is said in one sentence, with the exit code that says whose turn it is."""
    try:
        action()
        return
    except (UsageError, JudgeError) as error:
        click.echo(f"autograder: {error}", err=True)
    except click.ClickException as error:
        error.show()
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nautograder: stopped; what was written stays valid", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(2)


def main() -> None:
    """The command `autograder`."""
    in_one_sentence(lambda: cli.main(prog_name="autograder", standalone_mode=False))


if __name__ == "__main__":
    main()
