"""The final backend: submissions in jailed workers, forked from a zygote that this module starts.

A `Sandbox` owns one zygote for one set of libraries. `open` forks a worker and returns the transport to it. The judge
keeps every clock: it kills a worker whose time is up, and takes CPU time and peak memory from the kernel's own count.
"""

from __future__ import annotations

import atexit
import functools
import json
import math
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .errors import JudgeError, UsageError
from .readable import readable_paths
from .submission import Lent, SubmissionLost, mark_for_submission, served
from .worker import protocol
from .worker.zygote import receive_line, send_line

LEVELS = ("namespaces", "bubblewrap", "landlock", "rlimits")
CONFINED = LEVELS[:3]
WORKER_FILES = Path(__file__).parent / "worker"
START_SECONDS = 120.0  # a cold disk can take a minute to import torch

BOOTSTRAP = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("worker", {init!r}, submodule_search_locations=[{folder!r}])
sys.modules["worker"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["worker"])
sys.path.append({packages!r})
from worker.zygote import main
main(int(sys.argv[1]), json.loads(sys.argv[2]))
"""


@dataclass(frozen=True)
class Limits:
    """What one worker may use: wall seconds for each check, and MiB beyond what the imported libraries take."""

    seconds: float = 10.0
    memory_mb: int = 512
    forbids: tuple[str, ...] = ()
    """Library functions that are unavailable: see `worker.forbidden`."""
    gives_back: bool = False
    """Whether large blocks that it frees go back to the system at once, so that its peak is what its program held."""


@dataclass
class Usage:
    """What one or more workers used, as counted by the kernel."""

    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    workers: int = 0
    printed: list[str] = field(default_factory=list)

    def add(self, ended: dict[str, Any]) -> None:
        self.cpu_seconds += ended["cpu_seconds"]
        self.peak_bytes = max(self.peak_bytes, ended["peak_bytes"])
        self.workers += 1


class LevelRefused(Exception):
    """This machine does not offer a level of isolation; the message says what is missing."""


class Sandbox:
    """One zygote. Thread-safe; close it, or use it as a context manager."""

    def __init__(self, libraries: Sequence[str], isolation: str = "auto", loopback: bool = False) -> None:
        """`isolation`: auto (the best this machine offers), strict (refuse mere rlimits), none, or a level's name.

        With `loopback` its workers can reach each other by TCP, and nobody else: see `worker.jail`. Such a sandbox is
        for one attempt.

        Raises JudgeError where nothing that was asked for is possible, UsageError for a level that does not exist.
        """
        self.libraries = tuple(libraries)
        self.loopback = loopback
        self._lock = threading.Lock()
        self.refused: dict[str, str] = {}
        named = {"auto": LEVELS, "strict": CONFINED, "none": ("rlimits",)} | {level: (level,) for level in LEVELS}
        if isolation not in named:
            raise UsageError(f"there is no isolation {isolation!r}; it is one of {', '.join(named)}")
        for level in named[isolation]:
            try:
                self._start(level)
            except LevelRefused as error:
                self.refused[level] = str(error)
                continue
            self.level = level
            return
        reasons = "; ".join(f"{level}: {reason}" for level, reason in self.refused.items())
        kind = f"{isolation!r} with a network of its own" if loopback else f"{isolation!r}"
        raise JudgeError(f"this machine offers no isolation of the kind {kind} ({reasons})")

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._control.close()
        self._process.kill()
        self._process.wait()

    def open(self, given: dict[str, str], limits: Limits, usage: Usage) -> WorkerTransport:
        """A transport to a fresh worker that may import the `given` modules. Raises JudgeError."""
        answer, [descriptor] = self._command({"open": True})
        os.set_inheritable(descriptor, False)
        return WorkerTransport(self, socket.socket(fileno=descriptor), answer["pid"], given, limits, usage)

    def end(self, pid: int) -> dict[str, Any]:
        """Kill a worker if it runs; how it ended and what it used."""
        ended, _ = self._command({"close": pid})
        return ended

    def _command(self, command: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        """The zygote's answer to a command, and the descriptors that came with it."""
        with self._lock:
            try:
                send_line(self._control, command)
                answer, descriptors = receive_line(self._control)
            except OSError as error:
                raise JudgeError(f"the sandbox process ended unexpectedly ({error})") from error
        if not answer:
            raise JudgeError(f"the sandbox process ended unexpectedly {self._last_words()}")
        return json.loads(answer), descriptors

    def _start(self, level: str) -> None:
        ours, theirs = socket.socketpair()
        packages = sysconfig.get_path("purelib")
        library = sysconfig.get_path("stdlib")
        readable = readable_paths(self.libraries)
        configuration = {
            "level": level,
            "loopback": self.loopback,
            "readable": readable,
            "libraries": self.libraries,
            "path": [
                library,
                f"{library}/lib-dynload",
                *sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}),
            ],
        }
        bootstrap = BOOTSTRAP.format(
            init=str(WORKER_FILES / "__init__.py"), folder=str(WORKER_FILES), packages=packages
        )
        command = [sys.executable, "-I", "-B", "-S", "-c", bootstrap, str(theirs.fileno()), json.dumps(configuration)]
        if level == "bubblewrap":
            command = _bubblewrap(readable) + command
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process whose stderr it is
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=[theirs.fileno()],
                env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", **ENVIRONMENT},
                cwd="/",
                start_new_session=True,  # Ctrl-C reaches the judge, which then closes its workers itself
            )
        finally:
            theirs.close()
        self._control = ours
        ours.settimeout(START_SECONDS)
        try:
            line, _ = receive_line(ours)
        except TimeoutError:
            line = b""
        hello = json.loads(line) if line else {"refused": f"it did not start {self._last_words()}"}
        ours.settimeout(None)
        if "ready" not in hello:
            self.close()
            raise LevelRefused(hello["refused"])

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f"({lines[-1]})" if lines else ""


@functools.cache
def shared_sandbox(libraries: tuple[str, ...], isolation: str = "auto") -> Sandbox:
    """One sandbox for each set of libraries, for as long as this process lives."""
    found = Sandbox(libraries, isolation)
    atexit.register(found.close)
    return found


class WorkerTransport:
    """Exchanges requests with one worker, against a clock that the judge keeps."""

    def __init__(
        self, sandbox: Sandbox, channel: socket.socket, pid: int, given: dict[str, str], limits: Limits, usage: Usage
    ) -> None:
        self.sandbox = sandbox
        self.channel = channel
        self.channel.setblocking(False)
        self.polls = {event: select.poll() for event in (select.POLLIN, select.POLLOUT)}
        for event, poll in self.polls.items():
            poll.register(channel, event)
        self.read = protocol.Reader(self._some_bytes)
        self.pid = pid
        self.given = given
        self.limits = limits
        self.usage = usage
        self.patience = limits.seconds / 2 if sandbox.loopback else 0.0
        self.deadline = time.monotonic() + limits.seconds
        self.closed = False
        seconds = max(2, int(limits.seconds * 8) + 1)
        terms = {
            "memory": limits.memory_mb << 20,
            "seconds": seconds,
            "given": given,
            "forbids": limits.forbids,
            "gives_back": limits.gives_back,
        }
        self.queued: list[bytes | memoryview] = protocol.pack(terms)
        """What is to be sent with the next request."""
        self.capturing = False
        """Whether what the submission prints is kept: never while it sees hidden inputs, which it could print."""

    def restart_clock(self) -> None:
        """Give the submission its seconds anew: at the start of each check."""
        self.deadline = time.monotonic() + self.limits.seconds

    def send(self, request: dict[str, Any], lent: dict[int, Lent]) -> None:
        if self.closed:
            raise SubmissionLost("its process has ended")
        self.queued += protocol.pack({**request, "quiet": True}, mark_for_submission)

    def exchange(self, request: dict[str, Any], lent: dict[int, Lent]) -> dict[str, Any]:
        if self.closed:
            raise SubmissionLost("its process has ended")
        if request["op"] == "load":
            self.loaded = request
        try:
            if self.read.ahead:
                raise protocol.ProtocolError("more than it was asked for")
            queued, self.queued = self.queued, []
            self._write(queued + protocol.pack(request, mark_for_submission))
            while True:
                reply = protocol.unpack(self.read, protocol.opaque_only)
                if "invoke" not in reply:
                    break
                self._write(protocol.pack(served(reply, lent), mark_for_submission))
        except protocol.ProtocolError as error:
            raise self._lost(f"its process sent {error}") from error
        except TimeoutError:
            raise self._lost(f"it did not finish within {self.limits.seconds:g} seconds") from None
        except OSError:
            raise self._lost("") from None
        except BaseException:
            self.close()  # the channel is out of step
            raise
        printed = reply.pop("printed", "")
        if self.capturing and isinstance(printed, str):
            self.usage.printed.append(printed)
        return reply

    def measured(self, request: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """The difference between the peaks of two fresh workers, of which only one is asked."""
        idle, asked = self.spawn(), self.spawn()
        try:
            reply = asked.exchange(request, {})
        finally:
            before, after = idle._end(), asked._end()
        return reply, max(0, after["peak_bytes"] - before["peak_bytes"])

    def spawn(self, gives_back: bool = False) -> WorkerTransport:
        """A fresh worker in which the same cells are run."""
        copy = self.sandbox.open(self.given, replace(self.limits, gives_back=gives_back), self.usage)
        copy.deadline = self.deadline
        copy.exchange(dict(self.loaded), {})
        return copy

    def close(self) -> int:
        return int(self._end().get("peak_bytes", 0))

    def _end(self) -> dict[str, Any]:
        if self.closed:
            return {}
        self.closed = True
        self.channel.close()
        ended = self.sandbox.end(self.pid)
        self.usage.add(ended)
        return ended

    def _lost(self, reason: str) -> SubmissionLost:
        """End the worker; without a reason, say how it ended by itself."""
        ended = self._end()
        if reason:
            return SubmissionLost(reason)
        number = ended.get("signal", 0)
        if number == signal.SIGXCPU:
            return SubmissionLost("it used up its CPU time")
        if number == signal.SIGKILL:
            return SubmissionLost("its process was killed, most likely for want of memory")
        if number:
            names = {known.value: known.name for known in signal.Signals}
            return SubmissionLost(f"its process crashed ({names.get(number, f'signal {number}')})")
        return SubmissionLost("it ended its process (os._exit or similar)")

    def _write(self, buffers: list[bytes | memoryview]) -> None:
        data = memoryview(b"".join(buffers))
        while data:
            try:
                data = data[self.channel.send(data[: 1 << 20]) :]
            except BlockingIOError:
                self._wait(select.POLLOUT)

    def _some_bytes(self, most: int) -> bytes:
        self._wait(select.POLLIN)
        data = self.channel.recv(most)
        if not data:
            raise ConnectionResetError
        return data

    def _wait(self, event: int) -> None:
        remaining = self.deadline - time.monotonic()
        if remaining <= 0 or not self.polls[event].poll(math.ceil(1000 * remaining)):
            raise TimeoutError


ENVIRONMENT = {
    **{name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")},
    # glibc sets 64 MiB of address space aside for each thread: a handful of threads would meet the memory limit.
    "MALLOC_ARENA_MAX": "2",
    # torch's optimizers import its compiler, which wants a folder for its files; it writes nothing unless it compiles.
    "TORCHINDUCTOR_CACHE_DIR": "/",
}


def _bubblewrap(readable: Sequence[str]) -> list[str]:
    program = shutil.which("bwrap")
    if program is None:
        raise LevelRefused("bubblewrap is not installed (Debian: apt install bubblewrap)")
    # bwrap has to find the interpreter and the worker's own files; ldconfig finds libseccomp.
    extra = [os.path.realpath(sys.executable), sys.executable, str(WORKER_FILES), "/sbin/ldconfig"]
    extra += [str(path) for path in Path(sysconfig.get_path("purelib")).glob("pyseccomp*")]
    if os.path.exists(config := os.path.join(sys.prefix, "pyvenv.cfg")):
        extra.append(config)
    binds: list[str] = []
    for path in filter(os.path.exists, [*readable, *extra]):
        binds += ["--dev-bind" if path.startswith("/dev/") else "--ro-bind", path, path]
    return [
        *(program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--proc", "/proc", *binds, "--remount-ro", "/proc", "--remount-ro", "/", "--"),
    ]
