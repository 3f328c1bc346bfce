"""`python -P -m autograder.classroom.confined HIDDEN COMMAND…` runs a notebook's kernel so that it can spoil nothing.

Covers, where Linux offers user namespaces:
- files: none can be written outside the kernel's own working folder, which is a copy in memory;
- the gradebook, the other students' work and the source notebooks (HIDDEN, a JSON list of paths): out of sight;
- processes: none outside can be seen or signalled, and none outlives the kernel.

Does not cover: the network, which the kernel needs to speak to nbgrader; reading other files of this account; memory
and CPU time; and machines without user namespaces, where the kernel runs unconfined and says so on stderr.
Final grading belongs on an account, a container or a machine that holds nothing but the course.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from pathlib import Path

from ..worker import jail

SYS_MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY = 442, -100, 0x8000, 1
SCRATCH = ".kernel"  # below the working folder: what libraries write by themselves


def main(hidden: list[str], command: list[str]) -> None:
    try:
        _confine([Path(path) for path in hidden if os.path.exists(path)], Path.cwd())
    except (jail.JailRefused, OSError, AttributeError) as error:  # AttributeError: another system's libc
        print(f"autograder: the notebook's kernel is not confined here ({error})", file=sys.stderr)
    os.environ["JPY_PARENT_PID"] = "1"  # a kernel ends when this changes, and here its parent cannot be seen
    # What a kernel writes past Jupyter would fill nbgrader's terminal.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.execvp(command[0], command)


def _confine(hidden: list[Path], folder: Path) -> None:
    own = [(path.relative_to(folder), path.read_bytes()) for path in sorted(folder.rglob("*")) if _is_given(path)]
    jail.unshare(jail.CLONE_NEWPID | jail.CLONE_NEWNS | jail.CLONE_NEWIPC)
    child = os.fork()
    if child:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the kernel
        jail.follow(child)
    jail.libc.prctl(jail.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    jail.mount(None, "/", None, jail.MS_REC | jail.MS_PRIVATE)
    attributes = struct.pack("=QQQQ", MOUNT_ATTR_RDONLY, 0, 0, 0)
    jail.call(
        "mount_setattr",
        jail.libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, b"/", AT_RECURSIVE, attributes, len(attributes)),
    )
    flags = jail.MS_NOSUID | jail.MS_NODEV
    jail.mount("proc", "/proc", "proc", flags)
    caches = os.environ.get("MPLCONFIGDIR") or os.path.expanduser("~/.cache/matplotlib")
    fonts = [(path.name, path.read_bytes()) for path in Path(caches).glob("fontlist*.json")]
    for path in hidden:
        if path.is_dir():
            jail.mount("tmpfs", str(path), "tmpfs", flags, "size=1m,mode=755")
        else:
            jail.mount("/dev/null", str(path), None, jail.MS_BIND)
    folder.mkdir(parents=True, exist_ok=True)
    jail.mount("tmpfs", str(folder), "tmpfs", flags, "size=256m,mode=755")
    os.chdir(folder)
    for name, content in own:
        name.parent.mkdir(parents=True, exist_ok=True)
        name.write_bytes(content)
    scratch = folder / SCRATCH
    scratch.mkdir()
    for font, content in fonts:  # without its list of fonts, matplotlib searches for them again
        (scratch / font).write_bytes(content)
    os.environ.update({name: str(scratch) for name in ("TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR", "XDG_CACHE_HOME")})
    jail.drop_capabilities()
    jail.call("prctl", jail.libc.prctl(jail.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def _is_given(path: Path) -> bool:
    """Data that came with the assignment: not the notebooks, which hold tests that are hidden from students."""
    return path.is_file() and not path.is_symlink() and path.suffix != ".ipynb"


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
