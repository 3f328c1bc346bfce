"""`python -m autograder.classroom COMMAND`, behind `make release`, `make grade` and `make lab`."""

from __future__ import annotations

import sys

import click

from .. import progress
from ..cli import in_one_sentence
from . import pipeline


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """A class and its gradebook, through nbgrader; only what is out of date is done."""


@cli.command()
def release() -> None:
    """Make the student notebooks."""
    with progress.bar(len(pipeline.stale_releases()), "making the student release") as advance:
        made = pipeline.release(advance)
    click.echo(f"{pipeline.RELEASE}/: {', '.join(made) or 'nothing was out of date'}")


@cli.command()
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes that grade at once; one for each core by default.")
def grade(jobs: int | None) -> None:
    """Autograde the submissions in build/submitted/ and make their feedback, in parallel."""
    with progress.bar(len(pipeline.stale_submissions()), "grading the class") as advance:
        graded = pipeline.grade_class(jobs, advance)
    click.echo(f"{len(graded)} graded, the others were up to date. Feedback: {pipeline.FEEDBACK}/")


@cli.command()
def lab() -> None:
    """Open JupyterLab on work/."""
    from . import lab, work

    pipeline.release()
    for folder in work.offer():
        click.echo(f"new: {folder}/")
    sys.exit(lab.run())


if __name__ == "__main__":
    in_one_sentence(lambda: cli.main(prog_name="python -m autograder.classroom", standalone_mode=False))
