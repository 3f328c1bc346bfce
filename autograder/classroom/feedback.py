"""Feedback pages, in a fifth of the time.

nbconvert parses each page that it has made once more, to add alternative texts to images. That takes longer than making
it, and a class has hundreds of pages.
"""

from __future__ import annotations

import re
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter

UNDESCRIBED = re.compile(r"<img (?![^>]*\balt=)")


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTMLExporter without its second look."""

    def from_notebook_node(  # type: ignore[override]  # as HTMLExporter itself does
        self, nb: Any, resources: Any = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        resources = self._init_resources(resources)
        language = nb.metadata.get("language_info", {}).get("pygments_lexer")
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer=language, parent=self))
        shown = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter("filter_data_type", shown)
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **options)
        return UNDESCRIBED.sub('<img alt="a figure without a description" ', page), resources
