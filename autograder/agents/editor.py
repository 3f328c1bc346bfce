"""The text editor that the models are trained on (text_editor_20250728), on files of the workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

MOST_CHARACTERS = 30_000


class EditError(Exception):
    """What the model is told instead of a result."""


def edit(command: str, path: str, **arguments: Any) -> str:
    """Carry out one command. Raises EditError for what cannot be done, OSError for what the file system refuses."""
    commands: dict[str, Callable[..., str]] = {
        "view": view,
        "create": create,
        "str_replace": str_replace,
        "insert": insert,
    }
    if command not in commands:
        raise EditError(f"there is no command {command!r}; there is {', '.join(commands)}")
    try:
        return commands[command](Path(path), **arguments)
    except TypeError:
        raise EditError(f"the arguments do not fit the command {command}") from None


def view(path: Path, view_range: list[int] | None = None) -> str:
    if path.is_dir():
        names = sorted(f"{entry.name}/" if entry.is_dir() else entry.name for entry in path.iterdir())
        return "\n".join(names) or "(an empty folder)"
    lines = _text(path).split("\n")
    first, last = view_range or (1, -1)
    last = len(lines) if last == -1 else last
    if not 1 <= first <= last <= len(lines):
        raise EditError(f"the range is {view_range}, but the file has {len(lines)} lines")
    numbered = "\n".join(f"{number:6}\t{lines[number - 1]}" for number in range(first, last + 1))
    return numbered[:MOST_CHARACTERS] + ("\n(cut here: view a range)" if len(numbered) > MOST_CHARACTERS else "")


def create(path: Path, file_text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(file_text, encoding="utf-8")
    return f"{path} was written"


def str_replace(path: Path, old_str: str, new_str: str = "") -> str:
    text = _text(path)
    count = text.count(old_str) if old_str else 0
    if count != 1:
        raise EditError(f"old_str stands in {path} {count} times; it has to stand there once")
    path.write_text(text.replace(old_str, new_str), encoding="utf-8")
    return f"{path} was changed"


def insert(path: Path, insert_line: int, insert_text: str) -> str:
    lines = _text(path).split("\n")
    if not 0 <= insert_line <= len(lines):
        raise EditError(f"insert_line is {insert_line}, but the file has {len(lines)} lines")
    lines[insert_line:insert_line] = insert_text.removesuffix("\n").split("\n")
    path.write_text("\n".join(lines), encoding="utf-8")
    return f"{path} was changed"


COMMANDS: dict[str, Callable[..., str]] = {
    "view": view,
    "create": create,
    "str_replace": str_replace,
    "insert": insert,
}


def _text(path: Path) -> str:
    if not path.exists():
        raise EditError(f"there is no {path}")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise EditError(f"{path} is not text") from None
