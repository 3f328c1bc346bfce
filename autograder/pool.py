"""How a process of a pool ends: with its parent, and not by the Ctrl-C that is meant for the parent."""

from __future__ import annotations

import multiprocessing.connection
import os
import signal
import threading


def follow_parent() -> None:
    """Called first in a pool's process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent lets running work finish
    parent = multiprocessing.parent_process()
    assert parent is not None, "this runs in a process of the pool"
    threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """A pool's process would wait for work for ever once its parent was killed."""
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
