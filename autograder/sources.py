"""A submission's code, from a Python file or a notebook, as the (name, source) cells that the judge runs.

Of a notebook these are its set-up cells, its solution cells and the code cells that a student added, in order.
Demonstrations, hints and check cells of the course are not run by the judge.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from typing import Any

from .errors import UsageError

Cells = list[tuple[str, str]]

MAX_CHARACTERS = 2_000_000
SHOWN_ONLY = {"text", "statement", "check", "hint", "demo"}


def cells_from_file(path: str) -> Cells:
    """The cells of a file, or of standard input for "-". Raises UsageError for what cannot be read."""
    if path == "-":
        return cells_from_text(sys.stdin.read(), "standard input")
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; name a Python file or a notebook in it") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not text (UTF-8); name a Python file or a notebook") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if file.suffix == ".ipynb":
        return cells_from_notebook(text, path)
    return cells_from_text(text, file.name)


def cells_from_text(text: str, name: str) -> Cells:
    """The cells of Python source, or of a notebook's JSON. Raises UsageError."""
    if len(text) > MAX_CHARACTERS:
        raise UsageError(f"{name} has more than {MAX_CHARACTERS:,} characters; a submission is source code alone")
    if text.lstrip().startswith("{") and '"cells"' in text:
        return cells_from_notebook(text, name)
    return [(name, text)]


def cells_from_notebook(text: str, name: str) -> Cells:
    """The cells of a notebook that belong to its submission. Raises UsageError for what is no notebook."""
    try:
        notebook = json.loads(text)
        cells = notebook["cells"]
        found = [
            (f"cell {number}", as_python(_source(cell)))
            for number, cell in enumerate(cells, start=1)
            if cell["cell_type"] == "code" and _role(cell) not in SHOWN_ONLY
        ]
    except (ValueError, RecursionError):
        raise UsageError(f"{name} is not a notebook: it is not JSON; save it again in Jupyter") from None
    except (KeyError, TypeError, AttributeError):
        raise UsageError(
            f"{name} is not a notebook of format 4: its cells cannot be read; save it again in Jupyter"
        ) from None
    if not found:
        raise UsageError(f"{name} has no code cell to grade")
    return found


def as_python(source: str) -> str:
    """A cell without its IPython magics; line numbers stay as they are."""
    if source.lstrip().startswith("%%"):
        return ""
    try:
        ast.parse(source)
    except SyntaxError:
        return re.sub(r"^(\s*)([%!].*|\?\S.*|\S+\?{1,2}\s*)$", r"\1pass  # \2", source, flags=re.MULTILINE)
    except (ValueError, RecursionError, MemoryError):  # null bytes, absurd nesting: the worker will say so
        return source
    return source


def _source(cell: Any) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _role(cell: Any) -> str | None:
    role = cell.get("metadata", {}).get("autograder", {}).get("role")
    return role if isinstance(role, str) else None
