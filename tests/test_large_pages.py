"""Memory that is moved into large pages is the same memory, a fork copies it as before, and every zygote does it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import JudgeError
from autograder.sandbox import CONFINED, Sandbox

PROGRAM = """
import os
from pathlib import Path
from autograder.worker.large_pages import collapse

data = bytearray(os.urandom(1 << 20) * 32)
before = bytes(data)
collapse(Path("/proc/self/maps").read_text())
assert data == before
reading, writing = os.pipe()
if os.fork() == 0:
    data[:] = bytes(len(data))
    os.write(writing, b"1" if not any(data) else b"0")
    os._exit(0)
assert os.read(reading, 1) == b"1"
assert data == before
print(Path("/proc/self/smaps_rollup").read_text())
"""


def large_pages_offered() -> bool:
    release = re.match(r"(\d+)\.(\d+)", os.uname().release)
    new_enough = release is not None and tuple(map(int, release.groups())) >= (6, 1)
    return new_enough and Path("/sys/kernel/mm/transparent_hugepage").exists()


def in_large_pages(rollup: str) -> int:
    """KiB of a process's memory that are in large pages, by its smaps_rollup."""
    found = re.search(r"AnonHugePages: +(\d+) kB", rollup)
    return int(found[1]) if found else 0


NOT_OFFERED = "this kernel has no large pages to ask for"


def test_memory_in_large_pages_is_the_same_memory() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    if not large_pages_offered():
        pytest.skip(NOT_OFFERED)
    assert in_large_pages(done.stdout) >= 24 << 10  # of the 32 MiB


@pytest.mark.skipif(not large_pages_offered(), reason=NOT_OFFERED)
@pytest.mark.parametrize("level", ["rlimits", *CONFINED])
def test_a_zygote_holds_its_libraries_in_large_pages(level: str) -> None:
    """Also where it cannot see /proc."""
    try:
        sandbox = Sandbox(("numpy", "torch"), level)
    except JudgeError:
        pytest.skip(f"this machine does not offer {level}")
    with sandbox:
        started = sandbox._process.pid
        family = {started, *map(int, Path(f"/proc/{started}/task/{started}/children").read_text().split())}
        try:
            found = [in_large_pages(Path(f"/proc/{pid}/smaps_rollup").read_text()) for pid in family]
        except PermissionError:
            pytest.skip("only root can read how a confined process holds its memory")
    assert max(found) >= 64 << 10  # of about 200 MiB that torch takes
