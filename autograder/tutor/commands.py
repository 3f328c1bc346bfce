"""The tutor's commands: they validate, call the library, render."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("exercise_id", metavar="EXERCISE")
@click.argument("file", metavar="FILE|-")
@click.option("--model", metavar="MODEL", help="The model that is asked; without it, the tutor's own choice.")
def hint(exercise_id: str, file: str, model: str | None) -> None:
    """Ask for a hint on a solution that does not pass yet: a question or a pointer, never the code.

    Where ANTHROPIC_API_KEY is set, the statement, your code and its verdict are sent to Claude, and a reply that would
    solve the exercise if you pasted it is withheld. Without a key nothing is sent: you get the diagnosis and the
    course's own hints, one more at each call.
    """
    from ..catalog import exercise_named
    from ..sources import cells_from_file
    from . import claude, hints, record

    exercise = exercise_named(exercise_id)
    cells = cells_from_file(file)
    here = Path(file).parent  # of standard input, the working folder
    folder = record.folder_of(here) or record.begin(here)
    advice = hints.advise(exercise, cells, model=model or claude.MODEL, folder=folder)
    if advice.note:
        click.echo(advice.note, err=True)
    click.echo(advice.text)


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
def progress(folder: Path | None) -> None:
    """Write PROGRESS.md: what you checked and passed, which misconceptions you met, and what comes next.

    It lies in FOLDER, or in work/ where that is here, or where one already is, here or above. The notebook's `check`
    records into that folder from then on. Your own notes on the page stay.
    """
    from . import page

    written = page.update(folder or page.place(Path.cwd()))
    click.echo(f"{written}: {page.in_one_line(written.parent)}")


COMMANDS = (hint, progress)
