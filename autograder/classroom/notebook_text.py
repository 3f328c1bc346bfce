"""A notebook's file, changed in a few places and byte for byte as it was everywhere else.

Writing it anew from its parsed form would change its indentation, its order of keys and its escapes, and an instructor
could not see in a diff what was done to it. So the places of values are found in the text, and only they are replaced.
"""

from __future__ import annotations

import json
import re
from typing import Any

Span = tuple[int, int]
Change = tuple[int, int, str]
"""Where a piece begins and ends, and what takes its place."""

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")


class NotebookText:
    """Collects changes to the text of a notebook of format 4, which must be valid JSON."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._changes: list[Change] = []
        (start, _) = _parts(text, _end_of_space(text, 0))["cells"]
        self._cells = list(_parts(text, start).values())

    def replace_source(self, index: int, source: str) -> None:
        """Give a cell one line as its source, as a string or a list, whichever it was."""
        start, end = self._members(index)["source"]
        old = self.text[start:end]
        line = json.dumps(source)
        if old.startswith("["):
            before, after = self._margins(start, end)
            line = f"[{before}{line}{after}]"
        self._changes.append((start, end, line))

    def append_line(self, index: int, line: str) -> None:
        """Add a paragraph of one line at the end of a cell's source, which must not be empty."""
        start, end = self._members(index)["source"]
        separator = ""
        if self.text[start] == "[":
            before, _ = self._margins(start, end)
            separator = f'",{before}"'
            (start, end) = list(_parts(self.text, start).values())[-1]
        gap = "" if json.loads(self.text[start:end]).endswith("\n") else "\\n"
        self._changes.append((end - 1, end - 1, f"{gap}{separator}\\n{separator}{json.dumps(line)[1:-1]}"))

    def set_metadata(self, index: int, name: str, value: dict[str, Any]) -> None:
        """Set one member of a cell's metadata."""
        start, end = self._members(index)["metadata"]
        known = _parts(self.text, start)
        if name in known:
            self._changes.append((*known[name], json.dumps(value)))
            return
        before, _ = self._margins(start, end)
        comma = "," if known else ""
        self._changes.append(
            (start + 1, start + 1, f"{before if known else ''}{json.dumps({name: value})[1:-1]}{comma}")
        )

    def insert_cell(self, index: int, cell: dict[str, Any]) -> None:
        """Put a cell before the one at `index`."""
        start, _ = self._cells[index]
        before = self.text[: self._cells[0][0]]
        margin = before[len(before.rstrip()) :]
        self._changes.append((start, start, f"{json.dumps(cell)},{margin}"))

    def changed(self) -> str:
        text = self.text
        for start, end, new in sorted(self._changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def _members(self, index: int) -> dict[str, Span]:
        return _parts(self.text, self._cells[index][0])

    def _margins(self, start: int, end: int) -> tuple[str, str]:
        """The white space after the opening bracket and before the closing one."""
        inner = self.text[start + 1 : end - 1]
        if not inner.strip():
            return "", ""
        return inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]


def _parts(text: str, start: int) -> dict[str, Span]:
    """Where the values of the object or array that begins at `start` stand, by key or by index."""
    closing = {"{": "}", "[": "]"}[text[start]]
    found: dict[str, Span] = {}
    at = _end_of_space(text, start + 1)
    while text[at] != closing:
        key = str(len(found))
        if closing == "}":
            key, at = _DECODER.raw_decode(text, at)
            at = _end_of_space(text, _end_of_space(text, at) + 1)  # past the colon
        _, end = _DECODER.raw_decode(text, at)
        found[key] = (at, end)
        at = _end_of_space(text, end)
        if text[at] == ",":
            at = _end_of_space(text, at + 1)
    return found


def _end_of_space(text: str, start: int) -> int:
    match = _SPACE.match(text, start)
    return match.end() if match else start
