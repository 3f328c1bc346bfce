"""What a learner typed into a notebook that is open, as cells."""

from __future__ import annotations

import ast
from typing import Any

from ..reference import bound_by
from ..sources import Cells, as_python


def cells_in(namespace: dict[str, Any]) -> Cells:
    """The cells that were run, in order, each name's latest definition only: from IPython's own history."""
    history = namespace.get("In")
    found: Cells = []
    bound: set[str] = set()
    for number, typed in reversed(list(enumerate(history if isinstance(history, list) else []))):
        source = as_python(str(typed))
        try:
            names = {name for statement in ast.parse(source).body for name in bound_by(statement)}
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # it did not run
        if names - bound:
            found.append((f"cell {number}", source))
            bound |= names
    return found[::-1]
