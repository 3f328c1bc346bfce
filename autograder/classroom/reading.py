"""Reads a submitted notebook whatever file it is: one that is none does not cost the others handed in with it.

Stock nbgrader gives up on the whole assignment where one of its notebooks cannot be read.
"""

from __future__ import annotations

from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter

MOST_BYTES = 100_000_000
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)  # what reading raises for what is none


class SubmissionExporter(NotebookExporter):
    """nbgrader's exporter, which takes an unreadable notebook for an empty one that says why."""

    def from_file(self, file_stream: Any, resources: Any = None, **options: Any) -> Any:
        try:
            text = file_stream.read(MOST_BYTES + 1)
            notebook = read_notebook(text)
        except UNREADABLE as error:
            notebook = explained(error)
        return self.from_notebook_node(notebook, resources=resources, **options)


def read_notebook(text: str) -> Any:
    """A notebook of today's format. Raises one of several errors for what is none."""
    if len(text) > MOST_BYTES:
        raise ValueError(f"it has more than {MOST_BYTES // 1_000_000} MB")
    notebook = nbformat.reads(text, as_version=4)
    if not all(isinstance(cell, dict) and isinstance(cell.get("cell_type"), str) for cell in notebook["cells"]):
        raise ValueError("its cells are not cells")
    return notebook


def explained(error: Exception) -> Any:
    """An empty notebook that says why the submitted one was not read."""
    sentence = f"This notebook could not be read, so nothing in it was graded: {reason(error)}"
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(sentence)])


def reason(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
