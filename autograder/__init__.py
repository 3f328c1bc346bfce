"""Graders that can be trusted: the same verdict in a notebook, in nbgrader, on the command line and for a model.

from autograder import check, hint          # in a notebook
from autograder import get_task, grade      # from Python
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .judge import grade
    from .learner import check, hint
    from .tasks import get_task

__all__ = ["check", "get_task", "grade", "hint"]

_HOME = {"check": "learner", "hint": "learner", "get_task": "tasks", "grade": "judge"}


def __getattr__(name: str) -> Any:
    # Imported at first use, so that `import autograder` and the command line stay light.
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
