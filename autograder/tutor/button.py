"""The button "Hint" under a check's result in JupyterLab.

Its front end, `jupyterlab_widgets`, comes prebuilt with ipywidgets, which nbgrader brings: nothing is fetched.
Elsewhere (a book's page, a notebook that is run by a program) nobody could click, so there the result names `hint(…)`.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import JudgeError, UsageError
from ..exercise import Exercise
from ..verdict import Verdict
from . import hints, record
from .typed import cells_in

WORDS = "Hint"


def is_possible() -> bool:
    """Whether somebody can click: Jupyter's server started this kernel for a notebook, and not nbgrader."""
    # The server names the notebook to the kernels that it starts for one; whatever else runs notebooks does not.
    opened = bool(os.environ.get("JPY_SESSION_NAME")) and "NBGRADER_EXECUTION" not in os.environ
    return opened and find_spec("ipywidgets") is not None


def show(exercise: Exercise, namespace: dict[str, Any], verdict: Verdict) -> None:
    """Show the button; at each click, a hint appears below it."""
    import ipywidgets
    from IPython.display import Markdown, display

    button = ipywidgets.Button(description=WORDS, tooltip="A question or a pointer, never the code")
    below = ipywidgets.Output()

    def clicked(_: Any) -> None:
        button.disabled, button.description = True, "Thinking …"
        try:
            cells = cells_in(namespace)
            advice = hints.advise(exercise, cells, verdict=verdict, folder=record.folder_of(Path.cwd()))
            for text in filter(None, [f"*{advice.note}*" if advice.note else "", advice.text]):
                below.append_display_data(Markdown(text))
        except (JudgeError, UsageError) as error:
            below.append_stderr(f"{error}\n")
        finally:
            button.disabled, button.description = False, WORDS

    button.on_click(clicked)
    display(ipywidgets.VBox([button, below]))
