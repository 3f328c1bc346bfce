"""`python -P -m autograder.kernels.zygote FD`: a process with the course's libraries imported, which forks kernels.

On its control socket comes one message for each kernel, a JSON object with descriptors: the kernel's channel to its
client, then the listening sockets (`app.CHANNELS`).

    {"connection": {…}, "folder": path, "environment": {…}, "isolation": "auto", "strict" or "none"}

Between zygote and kernel stands a supervisor, which speaks to the client on the channel:

    → {"level": "namespaces"} or {"level": "rlimits", "refused": why}, then {"exit": code}; or {"error": why}
    ← {"signal": number}; the kernel is killed where the client's end closes

The zygote has one thread, and so has everything that forks here.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from ..worker import jail
from ..worker.large_pages import collapse
from . import confined

MESSAGE_SIZE = 1 << 20
DESCRIPTORS = 6
# What nearly every notebook of the course imports, and what ipykernel imports late.
WARM = (
    "torch.nn.functional torch.optim numpy.random matplotlib.pyplot matplotlib.backends.backend_agg PIL.PngImagePlugin "
    "ipykernel.zmqshell ipykernel.debugger IPython.core.pylabtools IPython.core.completer "
    "IPython.core.magics autograder"
).split()


def main(control: socket.socket) -> None:
    """Serve until the client's end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the client
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # supervisors are nobody's to wait for
    for name in WARM:
        importlib.import_module(name)
    importlib.import_module("torch").set_num_threads(1)  # a child of a process that used more could hang
    refused = probe()
    paths = confined.readable()
    gc.collect()
    gc.freeze()  # so that a collection in a child does not copy every page
    with contextlib.suppress(OSError):  # there is no /proc on macOS
        collapse(Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace"))
    control.send(json.dumps({"ready": True}).encode())
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MESSAGE_SIZE, DESCRIPTORS)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            try:
                supervise(json.loads(message), descriptors, paths, refused)
            finally:
                os._exit(0)
        for descriptor in descriptors:
            os.close(descriptor)


def probe() -> str:
    """Why kernels cannot be jailed here; empty where they can. Compiles the filter that they will be under."""
    try:
        jail.compile_kernel_filter()
    except jail.JailRefused as error:
        return str(error)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            jail.unshare()
            if os.fork() == 0:
                confined.enter(confined.readable(), Path(confined.SCRATCH, "probe"))
                os.write(writing, b"entered")
        except (jail.JailRefused, OSError) as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        told = pipe.read().decode()
    return "" if told == "entered" else told or "the jail could not be entered"


def supervise(order: dict[str, Any], descriptors: list[int], paths: list[str], refused: str) -> None:
    """Fork the kernel, pass signals on, and say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    channel = socket.socket(fileno=descriptors[0])
    isolation = order["isolation"]
    if refused and isolation == "strict":
        tell(channel, {"error": f"kernels cannot be confined on this machine ({refused})"})
        return
    jailed = not refused and isolation != "none"
    os.setsid()
    if jailed:
        jail.unshare()
    tell(channel, {"level": "namespaces" if jailed else "rlimits", "refused": refused})
    kernel = os.fork()
    if kernel == 0:
        channel.close()
        try:
            become_kernel(order, descriptors[1:], paths if jailed else None)
        except (jail.JailRefused, OSError) as error:
            print(f"a kernel could not be started: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(1)
    for descriptor in descriptors[1:]:
        os.close(descriptor)
    ended = os.pidfd_open(kernel)
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    poll.register(ended, select.POLLIN)
    while ended not in (found := [descriptor for descriptor, _ in poll.poll()]):
        message = channel.recv(MESSAGE_SIZE) if channel.fileno() in found else b""
        number = json.loads(message)["signal"] if message else signal.SIGKILL
        if not message:
            poll.unregister(channel)  # the client is gone
        with contextlib.suppress(ProcessLookupError):  # it has just ended, or has not begun
            if jailed:
                signal.pidfd_send_signal(ended, number)
            else:
                os.killpg(kernel, number)
    _, status = os.waitpid(kernel, 0)
    if not jailed:
        with contextlib.suppress(ProcessLookupError):  # what a kernel without a process namespace has left running
            os.killpg(kernel, signal.SIGKILL)
    tell(channel, {"exit": os.waitstatus_to_exitcode(status)})


def become_kernel(order: dict[str, Any], sockets: list[int], paths: list[str] | None) -> None:
    """Run as the kernel, in the child; jailed if `paths` are given."""
    jail.libc.prctl(jail.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(order["environment"])
    folder = Path(order["folder"])
    confined.limit()
    if paths is None:
        os.chdir(folder)
    else:
        confined.limit_processes()
        confined.enter(paths, folder)
        os.environ.update({name: confined.SCRATCH for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR")})
        os.environ["USER"] = "student"  # there is no list of users to look it up in
    sys.modules["numpy"].random.seed()  # NumPy's generator would go on as the parent's in every kernel
    sys.modules["torch"].set_num_threads(1)  # has torch replace its pool after a fork; two threads at once would fail
    from . import app

    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # what a kernel writes past Jupyter would fill the disk
        os.dup2(null, descriptor)
    os.close(null)
    app.run(order["connection"], sockets)


def tell(channel: socket.socket, message: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # the client is gone
        channel.send(json.dumps(message).encode())


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
