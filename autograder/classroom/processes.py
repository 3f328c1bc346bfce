"""Works on submissions in parallel processes, each of which may crash or hang without harm to the others."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, TimeoutError, wait
from multiprocessing import forkserver
from typing import Any

from ..errors import JudgeError
from ..pool import follow_parent
from .folders import Submission

WARM = ["nbgrader.apps.api", "autograder.classroom.judging", "autograder.classroom.display", "autograder.diagnosis"]
MOST_SECONDS = 1800  # for one submission, before its process is given up


def warm(*libraries: str) -> None:
    """Begin to import, in the background, what every process of the pool needs: once, not in each process."""
    if sys.platform == "linux":
        multiprocessing.set_forkserver_preload([*WARM, *libraries])
        forkserver.ensure_running()


def each(
    work: Callable[..., Any], items: Sequence[Submission], jobs: int | None, *arguments: Any
) -> Iterator[tuple[Submission, Any, str]]:
    """Each item with what `work(item, *arguments)` returned, and why it did not return, or empty.

    An interrupt ends the processes at once: what they were at is not done.
    """
    from pebble import ProcessExpired, ProcessPool

    if not items:
        return
    warm()  # as it is, if it has begun
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    processes = min(jobs or os.cpu_count() or 1, len(items))
    pool = ProcessPool(max_workers=processes, context=context, initializer=follow_parent)
    waiting: dict[Any, Submission] = {
        pool.schedule(work, (item, *arguments), timeout=MOST_SECONDS): item for item in items
    }
    try:
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                item = waiting.pop(future)
                try:
                    yield item, future.result(), ""
                except JudgeError as error:
                    yield item, None, str(error)
                except ProcessExpired:
                    yield item, None, "its grading process was killed, most likely for want of memory"
                except TimeoutError:
                    yield item, None, f"it took more than {MOST_SECONDS // 60} minutes"
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.close()
        pool.join()
