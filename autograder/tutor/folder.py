"""What lies in a learner's folder beside the assignments: PROGRESS.md, and CLAUDE.md, which has assistants teach."""

from __future__ import annotations

from pathlib import Path

from .page import FRESH, ignore_in_git
from .record import PAGE

TEACHER = Path(__file__).with_name("teacher.md")  # under its own name an assistant would heed it in the repository
OWN = ("CLAUDE.md", PAGE, ".gitignore", ".progress.*")  # what of it must not disturb a submission


def furnish(folder: Path) -> None:
    """Put CLAUDE.md and PROGRESS.md into a folder, ignored by git. Nothing that is there is written over."""
    for name, text in (("CLAUDE.md", TEACHER.read_text(encoding="utf-8")), (PAGE, FRESH)):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")
    ignore_in_git(folder)
