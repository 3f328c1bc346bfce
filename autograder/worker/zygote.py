"""The zygote: a confined process with the libraries imported, which forks one worker for each submission.

It is executed apart from the judge, so nothing of the judge's memory is in it. On its control socket it serves two
commands, one at a time:

    {"open": true}   → {"pid": n} and the descriptor of a channel to a new worker
    {"close": pid}   → {"signal", "exit", "cpu_seconds", "peak_bytes"}

The next worker is forked while the last one is at work, so opening one takes no time. The first frame that it gets on
its channel states its terms: {memory, seconds, given, forbids, gives_back}.

When the judge goes away, the control socket ends, the zygote exits, and the kernel kills what it forked.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import signal
import socket
import sys
import threading
from typing import Any

from . import jail
from .executor import Executor, answered, fresh_namespace, seed_generators
from .forbidden import forbidden
from .given import importing_only, importing_readable_libraries_only
from .large_pages import collapse
from .protocol import Reader, pack, unpack

WARM_UP = """
import numpy as np
class Layer:
    def __call__(self, x): return x * (np.random.random(x.shape) < 0.5) / 0.5
Layer()(np.ones((20, 50))).sum()
"""
M_MMAP_THRESHOLD, LARGE_BLOCK = -3, 128 << 10  # bytes: where glibc begins
PRINTED_LENGTH = 10_000  # characters of the submission's output that one reply carries


def main(control_descriptor: int, configuration: dict[str, Any]) -> None:
    """Confine, import, then serve until the judge goes away."""
    control = socket.socket(fileno=control_descriptor)
    try:
        jail.enter(
            configuration["level"], configuration["readable"], configuration["path"], configuration["loopback"]
        )
    except (jail.JailRefused, OSError) as error:
        send_line(control, {"refused": str(error)})
        return
    sys.path[:] = configuration["path"]
    importing_readable_libraries_only()
    for library in configuration["libraries"]:
        importlib.import_module(library)
    if "torch" in configuration["libraries"]:
        # A child of a process that ever ran two threads of torch hangs when it runs two itself.
        sys.modules["torch"].set_num_threads(1)
        # The first backward pass imports part of this, and sympy with it, and the first optimizer all of it: more than
        # a second that no worker is to wait for.
        importlib.import_module("torch._dynamo")
    if threading.active_count() != 1:
        send_line(control, {"refused": "a library started a thread at import"})
        return
    # NumPy imports its generators when they are first asked for; that done here, no worker waits for it.
    seed_generators(0)
    gc.collect()
    gc.freeze()
    collapse(jail.mappings())
    send_line(control, {"ready": configuration["level"]})
    serve(control, configuration["level"])


def serve(control: socket.socket, level: str) -> None:
    pid, channel = new_worker(control, level)
    while True:
        line, _ = receive_line(control)
        if not line:
            return
        command = json.loads(line)
        if "open" in command:
            if os.waitpid(pid, os.WNOHANG)[0]:  # killed while it waited
                channel.close()
                pid, channel = new_worker(control, level)
            send_line(control, {"pid": pid}, channel)
            pid, channel = new_worker(control, level)
        else:
            send_line(control, close(command["close"]))


def new_worker(control: socket.socket, level: str) -> tuple[int, socket.socket]:
    """A worker that waits for its terms, and the judge's end of its channel."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        control.close()
        ours.close()
        become_worker(theirs, level)
    theirs.close()
    return pid, ours


def close(pid: int) -> dict[str, Any]:
    """Kill a worker if it still runs, and say how it ended and what it used."""
    try:
        # One that ended by itself keeps its own status; only one that runs is killed.
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if not ended:
            with contextlib.suppress(ProcessLookupError):  # it may not lead its own group yet
                os.killpg(pid, signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
    except ChildProcessError:
        return {"signal": 0, "exit": 0, "cpu_seconds": 0.0, "peak_bytes": 0}
    return {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    }


def become_worker(channel: socket.socket, level: str) -> None:
    """Serve one submission, in the child. Never returns."""
    try:
        # An open file of its own: what the zygote's holds (its flags, its position) would reach the next worker.
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        os.close(null)
        jail.confine_worker(level)
        warm_up()
        worker = Worker(channel)
        terms = worker.receive()
        jail.limit_worker(terms["memory"], terms["seconds"])
        if terms["gives_back"]:
            give_back_large_blocks()
        importing_only(terms["given"])
        with forbidden(terms["forbids"]):
            worker.run()
    finally:
        os._exit(0)


def give_back_large_blocks() -> None:
    """Have glibc give back every large block as soon as it is freed, so that a worker holds what its program holds.

    glibc begins so, but raises its threshold with each large block that is freed. From then on blocks lie side by side,
    and the holes between them are held as well. It is faster, so a worker that is not measured is left alone.
    """
    with contextlib.suppress(OSError, AttributeError):  # another libc
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


def warm_up() -> None:
    """Do once what every submission does: the first write to a page that the zygote shares copies the page."""
    request = pack({"op": "load", "cells": [["warm_up", WARM_UP]], "requires": []})
    frames = iter([b"".join(request)])
    executor = Executor(lambda *call: None, {})
    executor.reply(unpack(Reader(lambda most: next(frames)), executor.resolve), str)
    if "torch" in sys.modules:
        # The first to ask torch for its pool of threads after a fork replaces it. Two threads of a submission that do
        # so at once fail with "Invalid thread pool!".
        sys.modules["torch"].set_num_threads(1)


class Worker:
    """Answers the judge's requests on one channel."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.read = Reader(self.some_bytes)
        self.calling = threading.Lock()
        self.executor = Executor(self.invoke, fresh_namespace())
        self.printed = sys.stdout = sys.stderr = Printed()

    def run(self) -> None:
        while True:
            try:
                request = self.receive()
            except (EOFError, OSError):
                return
            if request.pop("quiet", False):
                self.executor.obey(request)
            else:
                self.send(self.executor.reply(request, self.printed.taken))

    def invoke(self, identity: int, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Call an object that lives with the judge."""
        call = pack({"invoke": identity, "method": method, "args": args, "kwargs": kwargs})
        with self.calling:  # two threads may not speak at once
            self.send(call)
            reply = self.receive()
        return answered(reply)

    def send(self, buffers: list[bytes | memoryview]) -> None:
        # A small frame in one piece, so that the judge wakes up once; a large one is not copied.
        for buffer in buffers if sum(map(len, buffers)) > 1 << 16 else [b"".join(buffers)]:
            view = memoryview(buffer)
            while view:  # write, since send is a system call that the jail may deny
                view = view[os.write(self.channel.fileno(), view) :]

    def receive(self) -> dict[str, Any]:
        return unpack(self.read, self.executor.resolve)

    def some_bytes(self, most: int) -> bytes:
        data = os.read(self.channel.fileno(), most)
        if not data:
            raise EOFError
        return data


class Printed(io.TextIOBase):
    """The submission's stdout and stderr: the beginning of each reply's output is kept, the rest dropped."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.room = PRINTED_LENGTH

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        kept = text[: self.room]
        if kept:
            self.parts.append(kept)
            self.room -= len(kept)
        return len(text)

    def taken(self) -> str:
        text = "".join(self.parts)
        self.parts.clear()
        self.room = PRINTED_LENGTH
        return text


def send_line(control: socket.socket, message: dict[str, Any], channel: socket.socket | None = None) -> None:
    """Send one line, and with it the descriptor of a channel, which is closed here."""
    line = json.dumps(message).encode() + b"\n"
    if channel is None:
        control.sendall(line)
    else:
        with channel:
            sent = socket.send_fds(control, [line], [channel.fileno()])
        control.sendall(line[sent:])


def receive_line(control: socket.socket) -> tuple[bytes, list[int]]:
    """One line and the descriptors that came with it; an empty line at the end."""
    line = b""
    descriptors: list[int] = []
    while not line.endswith(b"\n"):
        data, came, _, _ = socket.recv_fds(control, 1 << 16, 1)
        descriptors += came
        if not data:
            return b"", descriptors
        line += data
    return line, descriptors
