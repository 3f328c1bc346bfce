"""Runs a submitted notebook so that it can be looked at, and gets to its end whatever its cells do.

Covers:
- a cell that ends the kernel (os._exit, a crash) or does not react to an interrupt: it is left out, and the notebook
  runs again in a fresh kernel, so that the other cells lose nothing;
- a cell that takes too long: it is interrupted, and all cells together have a limit too;
- a flood of output: it is cut;
- files, processes, the network and other students' work: the kernel is jailed (see `kernels.confined`).

Grades of cells that an exercise owns do not come from here (see `judging`). So a notebook is run only if something in
it is decided or marked by what the kernel shows: a grade cell that nobody owns. One of these that could not be run
holds an error, for which nbgrader gives no points.
"""

from __future__ import annotations

import time
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader import utils
from nbgrader.preprocessors import Execute
from traitlets import Bool, Integer

from ..kernels.provisioner import ForkedKernelManager
from .lessons import owner

MAX_KERNELS = 4
MAX_CHARACTERS = 20_000_000  # of a whole notebook; a figure has about 100,000
OUTPUTS = ("stream", "display_data", "update_display_data", "execute_result", "error")


class Display(Execute):
    """nbgrader's Execute, which a student's code cannot end."""

    notebook_timeout = Integer(300, help="Seconds that all cells of a notebook may take together.").tag(config=True)
    always = Bool(False, help="Also run notebooks in which the judge decides everything: to see figures.").tag(
        config=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # A jailed kernel that is killed has nothing to tidy up, and asking it first takes a while.
        super().__init__(*args, **kwargs, kernel_manager_class=ForkedKernelManager, shutdown_kernel="immediate")

    def preprocess(self, nb: Any, resources: Any = None, km: Any = None) -> tuple[Any, Any]:
        if not (self.always or any(shows_something(cell) for cell in nb.cells)):
            return nb, resources
        self.deadline = time.monotonic() + self.notebook_timeout
        self.timeout_func = self._seconds_left
        self.left_out: dict[int, str] = {}
        for _ in range(MAX_KERNELS):
            self.running = -1
            self.characters = 0
            try:
                return super().preprocess(nb, resources, km)
            except (DeadKernelError, CellTimeoutError) as error:
                if self.running < 0:
                    raise  # no kernel started: that is ours to mend
                hung = isinstance(error, CellTimeoutError)
                what = "did not react to an interrupt" if hung else "ended the kernel"
                self.left_out[self.running] = f"This cell {what}; the notebook was run without it."
        for index, cell in enumerate(nb.cells[self.running :], start=self.running):
            if cell.cell_type == "code":
                why = self.left_out.get(index, f"Not run: {MAX_KERNELS} kernels had been ended by cells above.")
                cell.outputs = [_error(why)]
        return nb, resources

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        if cell.cell_type == "code":
            if utils.is_grade(cell) and owner(cell.source):
                return cell, resources  # the judge's verdict will stand there
            if index in self.left_out:
                cell.outputs = [_error(self.left_out[index])]
                return cell, resources
            if time.monotonic() > self.deadline:
                cell.outputs = [_error(f"Not run: the notebook took more than {self.notebook_timeout} seconds.")]
                return cell, resources
            self.running = index
        return super().preprocess_cell(cell, resources, index)

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        if msg["msg_type"] in OUTPUTS:
            self.characters += len(str(msg["content"]))
            if self.characters > MAX_CHARACTERS:
                return None
        return super().process_message(msg, cell, cell_index)

    def _seconds_left(self, cell: Any) -> int:
        left = max(1, round(self.deadline - time.monotonic()))
        return min(left, self.timeout) if self.timeout and self.timeout > 0 else left


def shows_something(cell: Any) -> bool:
    """Whether a grade depends on what the kernel shows: a grade cell of an instructor's own."""
    return cell.cell_type == "code" and utils.is_grade(cell) and not owner(cell.source)


def _error(sentence: str) -> Any:
    return nbformat.v4.new_output("error", ename="NotRun", evalue=sentence, traceback=[sentence])
