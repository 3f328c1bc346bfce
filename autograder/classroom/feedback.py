"""Feedback pages, in a tenth of the time: a class has hundreds.

- nbconvert parses each page that it has made once more, to add alternative texts to images. That takes longer than
  making it.
- It compiles its templates for each page, and colours the same cells in each.
"""

from __future__ import annotations

import functools
import io
import re
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter

UNDESCRIBED = re.compile(r"<img (?![^>]*\balt=)")


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates as long as this process lives. Jinja sees to it that they are of the same source."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.load_bytecode(io.BytesIO(self.kept[bucket.key]))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTMLExporter without its second look."""

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()
        environment.bytecode_cache = COMPILED
        return environment

    def from_notebook_node(  # type: ignore[override]  # as HTMLExporter itself does
        self, nb: Any, resources: Any = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        resources = self._init_resources(resources)
        language = nb.metadata.get("language_info", {}).get("pygments_lexer")
        self.register_filter("highlight_code", functools.partial(_coloured, language))
        shown = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter("filter_data_type", shown)
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **options)
        return UNDESCRIBED.sub('<img alt="a figure without a description" ', page), resources


@functools.lru_cache(maxsize=2000)
def _highlight(lexer: str | None, source: str, language: str | None) -> str:
    page: str = Highlight2HTML(pygments_lexer=lexer)(source, language)
    return page


def _coloured(lexer: str | None, source: str, language: str | None = None, metadata: Any = None) -> str:
    """A cell's source as HTML; a cell with a magic of another language says so in its metadata."""
    return _highlight(lexer, source, (metadata or {}).get("magics_language", language))
