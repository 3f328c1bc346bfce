"""The commands for a class: they validate, call the library, render."""

from __future__ import annotations

import secrets
import sys

import click

from .. import progress
from ..errors import UsageError
from . import adopt, exports, similarity_page

jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 256), help="Processes that work at once; one for each core by default."
)


@click.command()
def release() -> None:
    """Make the student notebooks that are out of date, in build/release/."""
    from .folders import RELEASE
    from .releasing import release, stale_releases

    with progress.bar(len(stale_releases()), "making the student release") as advance:
        made = release(advance)
    click.echo(f"{RELEASE}/: {', '.join(made) or 'nothing was out of date'}")


@click.command()
def lab() -> None:
    """Open JupyterLab on work/, which is made from the release and never written over."""
    from . import lab, work
    from .releasing import release

    release()
    for folder in work.offer():
        click.echo(f"new: {folder}/")
    sys.exit(lab.run())


@click.command("grade-class")
@click.argument("assignments", metavar="[ASSIGNMENT]...", nargs=-1)
@jobs_option
@click.option(
    "--isolation",
    type=click.Choice(["auto", "strict", "none"]),
    default="auto",
    show_default=True,
    help="How students' code is confined; strict refuses where that is not possible.",
)
def grade_class(assignments: tuple[str, ...], jobs: int | None, isolation: str) -> None:
    """Grade what was handed in, in build/submitted/STUDENT/ASSIGNMENT/, and write the feedback, in parallel.

    Does with nbgrader what `nbgrader autograde` and `nbgrader generate_feedback` do, for all students at once. What is
    graded and has not changed is not graded again; a run that was stopped goes on where it was. Ends with a table;
    exits with 2 if something could not be graded.
    """
    from . import grading, releasing
    from .folders import FEEDBACK

    releasing.release()
    stale = grading.stale_submissions(*assignments)
    with progress.bar(len(stale), "grading the class") as advance:
        failures = grading.grade_class(stale, jobs, isolation, progress=advance)
    click.echo(_table(grading.submissions(*assignments), failures))
    click.echo(f"{len(stale) - len(failures)} graded now. Feedback: {FEEDBACK}/")
    sys.exit(2 if failures else 0)


def regrade(assignments: tuple[str, ...], jobs: int | None, yes: bool) -> None:
    """Show whose verdict in the class would be another, and change it if that is wanted."""
    from . import regrading

    candidates = regrading.candidates(*assignments)
    if not candidates:
        click.echo("Nothing was graded by another grader than today's.")
        return
    seed = secrets.randbits(63)  # the same hidden inputs for the look and for the change
    with progress.bar(len(candidates), "judging again") as advance:
        found, failures = regrading.changes(candidates, seed, jobs, advance)
    for change in found:
        why = f" ({change.why})" if change.why else ""
        who = f"{change.submission.student}, {change.exercise}"
        click.echo(f"{who}: {change.before:g} → {change.after:g}{why}")
    click.echo(f"{len(candidates)} submissions judged again, {len({item.submission for item in found})} would change.")
    judged = [item for item in candidates if item not in failures]
    if not found or yes or (sys.stdin.isatty() and click.confirm("Change the gradebook?")):
        with progress.bar(len({item.submission for item in found}), "grading anew") as advance:
            failures |= regrading.apply(judged, found, seed, jobs, advance)
    else:
        click.echo("Nothing was changed; --yes changes it.")
    for submission, why in failures.items():
        click.echo(f"{submission.student}, {submission.assignment}: {why}", err=True)
    sys.exit(2 if failures else 0)


@click.command()
@click.argument("student")
@click.argument("exercise_id", metavar="EXERCISE")
@click.option("--uphold", is_flag=True, help="The student is right: the solution becomes a proof against the grader.")
@click.option(
    "--seeds", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="For the certificate."
)
@jobs_option
def appeal(student: str, exercise_id: str, uphold: bool, seeds: int, jobs: int | None) -> None:
    """Collect a disputed solution; with --uphold, hold the grader to accepting it.

    Collects the solution, its notebook and today's verdict in build/appeals/. With --uphold the solution is added to
    the exercise's correct variants, and the exercise is certified again. If the certificate does not hold, the grader
    has to be mended (in autograder/exercises/): exits with 1; call this again then, and `autograder regrade` after it.
    """
    from ..catalog import exercise_named
    from ..certificate import certify
    from ..certificate.trying import PARTS, Effort
    from ..rendering import as_text
    from . import appeals

    exercise = exercise_named(exercise_id)
    found = appeals.collect(student, exercise)
    click.echo(as_text(found.verdict, click.style))
    click.echo(f"Collected: {found.folder}/")
    if not uphold:
        return
    click.echo(f"A variant from now on: {appeals.uphold(found, exercise)}")
    with progress.bar(len(PARTS), "certifying") as advance:
        [certificate] = certify.certify([exercise], Effort(seeds=seeds), jobs or 1, advance)
    certify.write([certificate], certify.CERTIFICATES)
    defects = certify.defects(certificate)
    for sentence in defects:
        click.echo(f"  {sentence}")
    if defects:
        click.echo("The certificate does not hold: mend the grader, then call this again.")
        sys.exit(1)
    click.echo("The certificate holds with it. `autograder regrade` shows what changes for the class.")


COMMANDS = (release, lab, grade_class, appeal, adopt.command, exports.command, similarity_page.command)


def _table(submissions: list, failures: dict) -> str:
    """A row for each submission: student, assignment, score, problems."""
    from .gradebook import Score, scores

    held = scores()
    rows = []
    for item in submissions:
        score: Score | None = None if item in failures else held.get(item)
        points = "not graded" if score is None else f"{score.score:g} of {score.max_score:g}"
        problems = [failures[item]] if item in failures else score.problems if score else ()
        rows.append((item.student, item.assignment, points, "; ".join(problems)))
    if not rows:
        raise UsageError("nothing was handed in: put notebooks into build/submitted/STUDENT/ASSIGNMENT/")
    head = ("student", "assignment", "score", "problems")
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(3)]
    lines = [
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]])
        for row in [head, *rows]
    ]
    return "\n".join(line.rstrip() for line in lines)
