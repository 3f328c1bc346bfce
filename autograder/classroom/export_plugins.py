"""`exports` as plugins of nbgrader: `nbgrader export --exporter=autograder.classroom.export_plugins.CanvasExporter`."""

from __future__ import annotations

import sys
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin

from ..errors import UsageError
from . import exports


class _Exporter(ExportPlugin):
    """Writes the file that `--to` names, of the assignments and students that nbgrader's own options name."""

    kind = ""

    def export(self, gradebook: Gradebook) -> None:
        target = Path(self.to or f"{self.kind}.csv")
        try:
            remarks = exports.write(
                gradebook, self.kind, target, list(map(str, self.assignment)), list(map(str, self.student))
            )
        except UsageError as error:
            self.log.error("%s", error)
            sys.exit(2)
        for sentence in remarks:
            self.log.warning("%s", sentence)
        self.log.info("Wrote %s", target)


class CanvasExporter(_Exporter):
    """A file for Canvas's gradebook import."""

    kind = "canvas"


class MoodleExporter(_Exporter):
    """A file for Moodle's grade import."""

    kind = "moodle"
