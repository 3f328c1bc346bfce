"""A progress bar on stderr: live on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

LOG_SECONDS = 5.0


@contextmanager
def bar(total: int, label: str) -> Iterator[Callable[[Any], None]]:
    """Yields a function to call once for each finished item."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as display:
            task = display.add_task(label, total=total)
            yield lambda item: display.advance(task)
        return
    done = 0
    said = time.monotonic()

    def advance(item: Any) -> None:
        nonlocal done, said
        done += 1
        if done == total or time.monotonic() - said > LOG_SECONDS:
            said = time.monotonic()
            print(f"{label}: {done} of {total}", file=sys.stderr, flush=True)

    yield advance
