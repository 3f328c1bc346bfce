"""`python -P -m autograder.agents.inside FD`: the first process of a workspace's jail, which serves its tools.

It gets one JSON line that says what may be read and which files there are at the start, enters the jail, and then
answers a line with a line until its channel closes:

    {"tool": "bash" or "python", "code": …, "seconds": …}   {"tool": "restart"}
    {"tool": "edit", "arguments": {…}}                      {"tool": "pack"}: the files, as a tar archive in base64
    {"tool": "read", "name": …}: one file as it is

    {"text": …} or {"error": …}

The level is that of `kernels.confined`: namespaces, a root of its own with what may be read, no network, no larger
surfaces of the operating system, limits. Files lie in memory and are gone with the jail.
"""

from __future__ import annotations

import base64
import io
import json
import os
import resource
import signal
import socket
import sys
import tarfile
from pathlib import Path
from typing import Any

from ..worker import jail
from . import editor, interpreters

WORKSPACE = "/workspace"
SCRATCH = "/tmp"
MEMORY = 4 << 30  # bytes of address space for each process
PROCESSES = 128
FILE = 256 << 20  # bytes
MOST_PACKED = 16 << 20  # bytes of all files together
MOST_READ = 1 << 20  # bytes of the file that is submitted


def main(channel: socket.socket) -> None:
    stream = channel.makefile("rw", encoding="utf-8")
    order = json.loads(stream.readline())
    try:
        jail.compile_kernel_filter()
        jail.unshare()
        child = os.fork()
        if child:
            stream.close()
            channel.close()
            jail.follow(child)
        enter(order)
    except (jail.JailRefused, OSError) as error:
        tell(stream, {"error": str(error)})
        return
    tell(stream, {"text": "ready"})
    serve(stream, order["python"])


def enter(order: dict[str, Any]) -> None:
    """Lock this process in and lay out the workspace. Raises JailRefused."""
    jail.libc.prctl(jail.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # orphans are nobody's to wait for
    jail.build_root(order["readable"], [WORKSPACE, SCRATCH, "/dev/shm"], processes=True)
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NPROC, PROCESSES),
        (resource.RLIMIT_FSIZE, FILE),
    ):
        resource.setrlimit(limit, (most, most))
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(WORKSPACE)
    for name, content in order["files"].items():
        file = Path(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        if name.startswith(f"{SCRATCH}/bin/"):
            file.chmod(0o755)
    if order["packed"]:
        unpack(base64.b64decode(order["packed"]))
    jail.confine_kernel()
    jail.libc.prctl(jail.PR_SET_DUMPABLE, 0, 0, 0, 0)  # its memory and its channel are not the model's to open


def serve(stream: Any, python: str) -> None:
    shells = {"bash": interpreters.bash(), "python": interpreters.python(python)}
    for line in stream:
        request = json.loads(line)
        try:
            tell(stream, {"text": answer(request, shells)})
        except editor.EditError as error:
            tell(stream, {"error": str(error)})
        except OSError as error:
            tell(stream, {"error": f"{error.strerror}: {error.filename or 'the workspace'}"})
        except Exception as error:
            tell(stream, {"error": f"{type(error).__name__}: {error}"})


def answer(request: dict[str, Any], shells: dict[str, interpreters.Interpreter]) -> str:
    tool = request["tool"]
    if tool == "edit":
        return editor.edit(**request["arguments"])
    if tool == "pack":
        return base64.b64encode(pack()).decode()
    if tool == "read":
        return read(Path(WORKSPACE, request["name"]))
    if tool == "restart":
        shells["bash"].stop()
        return "bash was started anew"
    return shells[tool].run(request["code"], request["seconds"], Path(SCRATCH))


def read(file: Path) -> str:
    """Raises EditError for what is no text of a plain file, OSError."""
    if file.is_symlink() or not file.is_file() or file.stat().st_size > MOST_READ:
        raise editor.EditError(f"{file} is no plain file of at most {MOST_READ >> 20} MiB")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise editor.EditError(f"{file} is not text") from None


def pack() -> bytes:
    """The workspace's plain files. Raises OSError where they are too many."""
    buffer = io.BytesIO()
    size = 0
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in sorted(Path(WORKSPACE).rglob("*")):
            if path.is_file() and not path.is_symlink() and "__pycache__" not in path.parts:
                size += path.stat().st_size
                if size > MOST_PACKED:
                    raise OSError(27, f"has more than {MOST_PACKED >> 20} MiB in files", WORKSPACE)
                archive.add(path, str(path.relative_to(WORKSPACE)), recursive=False)
    return buffer.getvalue()


def unpack(packed: bytes) -> None:
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(WORKSPACE, filter="data")


def tell(stream: Any, message: dict[str, Any]) -> None:
    stream.write(json.dumps(message) + "\n")
    stream.flush()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
