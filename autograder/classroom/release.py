"""The release: each solution cell with its own starter, and no metadata of ours that a student has no use for."""

from __future__ import annotations

from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from .lessons import kept_metadata


class PutStarters(NbGraderPreprocessor):
    """Puts an exercise's starter where ClearSolutions left its one stub; cells without a starter keep that stub.

    It stands after ClearSolutions, which would replace a starter too, and before the first ComputeChecksums.
    """

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        ours = cell.metadata.get("autograder")
        if ours is not None:
            if "starter" in ours:
                cell.source = ours["starter"].strip("\n")
            cell.metadata["autograder"] = kept_metadata(cell.metadata)
        return cell, resources
