"""Memory that is moved into large pages is the same memory, and a fork copies it as before."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, re
from pathlib import Path
from autograder.worker.large_pages import collapse

data = bytearray(os.urandom(1 << 20) * 32)
before = bytes(data)
collapse()
assert data == before
reading, writing = os.pipe()
if os.fork() == 0:
    data[:] = bytes(len(data))
    os.write(writing, b"1" if not any(data) else b"0")
    os._exit(0)
assert os.read(reading, 1) == b"1"
assert data == before
found = re.search(r"AnonHugePages: +(\\d+) kB", Path("/proc/self/smaps_rollup").read_text())
print(found[1] if found else "0")
"""


def test_memory_in_large_pages_is_the_same_memory() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    release = re.match(r"(\d+)\.(\d+)", os.uname().release)
    offered = release and tuple(map(int, release.groups())) >= (6, 1)
    if not offered or not Path("/sys/kernel/mm/transparent_hugepage").exists():
        pytest.skip("this kernel has no large pages to ask for")
    assert int(done.stdout) >= 24 << 10  # of the 32 MiB
