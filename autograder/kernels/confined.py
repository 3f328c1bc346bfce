"""Locks a forked kernel into what a notebook needs.

Covers, at the level `namespaces`:
- files: the interpreter, the installed libraries and the system's programs can be read, and nothing else of this
  machine: no other student's work, no gradebook, no source notebook, no key of whoever grades. The working folder is a
  copy in memory;
- network: there is none; the kernel speaks through sockets that were opened for it;
- processes: none outside can be seen or signalled, and none outlives the kernel;
- the operating system's larger surfaces (see `worker.jail`), capabilities, memory, CPU time, number of processes.
At the level `rlimits`, where Linux offers no user namespaces, only the limits hold.

Does not cover: side channels, kernel bugs, and what a notebook does to its own kernel.
"""

from __future__ import annotations

import contextlib
import os
import resource
import site
import sys
import sysconfig
from pathlib import Path

from ..readable import outermost
from ..worker import jail

SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/sys/devices/system/cpu")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
SCRATCH = "/tmp"
MEMORY = 4 << 30  # bytes of address space beyond what the parent has
PROCESSES = 256
MOST_PIDS = 400  # the kernel keeps the first 300 numbers free when it starts anew
CPU_SECONDS = 3600
MOST_DATA = 128 << 20  # bytes of files that come with an assignment


def readable() -> list[str]:
    """What a kernel may read: no folder of a checkout but the two packages, and only what is there."""
    packages = Path(__file__).parents[1]
    found = {
        *SYSTEM,
        *DEVICES,
        sys.prefix,
        f"{sys.base_prefix}/bin",
        str(packages),
        str(packages.parent / "curriculum"),
    }
    found |= {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    found |= {*site.getsitepackages(), *map(str, Path(sys.base_prefix, "lib").glob("*.so*"))}
    return outermost(path for path in found if os.path.exists(path))


def enter(paths: list[str], folder: Path) -> None:
    """Lock process 1 of the new namespaces in, with a copy of `folder` to work in. Raises JailRefused."""
    own = _given_files(folder)
    jail.build_root(paths, ["/dev/shm", SCRATCH, str(folder)], processes=True)
    with contextlib.suppress(OSError):  # a limit that holds for root too; Linux has it for a namespace since 6.14
        Path("/proc/sys/kernel/pid_max").write_text(str(MOST_PIDS))
    os.chdir(folder)
    for name, content in own:
        name.parent.mkdir(parents=True, exist_ok=True)
        name.write_bytes(content)
    jail.confine_kernel()


def limit() -> None:
    """What a kernel may use, at every level."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    if sys.platform == "linux":
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


def limit_processes() -> None:
    """Only in a user namespace: elsewhere all processes of the account count."""
    resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))


def _given_files(folder: Path) -> list[tuple[Path, bytes]]:
    """Data that came with the assignment: not the notebooks, which hold tests that are hidden from students."""
    found = []
    size = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix != ".ipynb":
            size += path.stat().st_size
            if size > MOST_DATA:
                raise jail.JailRefused(f"the files in {folder} have more than {MOST_DATA >> 20} MiB, too much to copy")
            found.append((path.relative_to(folder), path.read_bytes()))
    return found
