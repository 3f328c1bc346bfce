"""The client's side: a provisioner for jupyter_client, which has kernels forked by a zygote.

One zygote serves all kernels of this process. It is started with the first one, and ends with this process, however
that ends.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Enum

from ..errors import JudgeError
from ..sandbox import ENVIRONMENT
from .app import CHANNELS
from .zygote import MESSAGE_SIZE

INLINE = "module://matplotlib_inline.backend_inline"  # matplotlib reads this when it is imported
NAME = "autograder-forked"  # of the entry point in pyproject.toml
KEPT = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONPATH", "PYTHONHASHSEED", "PYTHONWARNINGS", "MPLBACKEND"),
    *("NBGRADER_EXECUTION", "NBGRADER_VALIDATING"),  # by which nbgrader tells a kernel what it is run for
)
"""What a kernel sees of the client's environment, which may hold keys."""


class ForkedProvisioner(KernelProvisionerBase):
    """Provisions kernels that are forked from a warm parent and jailed."""

    isolation = Enum(
        ("auto", "strict", "none"),
        help="auto: jailed where this machine can; strict: refuse where it cannot; none: for code that is trusted.",
    ).tag(config=True)

    def _isolation_default(self) -> str:
        return os.environ.get("AUTOGRADER_KERNEL_ISOLATION", "auto")

    _channel: socket.socket | None = None
    _exit: int | None = None
    _sockets: list[socket.socket]
    _folder = ""

    @property
    def has_process(self) -> bool:
        return self._channel is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        manager: Any = self.parent
        self._folder = tempfile.mkdtemp(prefix="kernel-")
        manager.transport, manager.ip = "ipc", f"{self._folder}/k"
        self._sockets = []
        for port, channel in enumerate(CHANNELS, start=1):
            setattr(manager, f"{channel}_port", port)
            self._sockets.append(listening(f"{manager.ip}-{port}"))
        manager.write_connection_file()
        self.connection_info = manager.get_connection_info()
        kwargs.pop("extra_arguments", None)
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Raises JudgeError where no kernel can be had."""
        connection = {
            name: value.decode() if isinstance(value, bytes) else value for name, value in self.connection_info.items()
        }
        order = {
            "connection": connection,
            "folder": str(Path(kwargs.get("cwd") or ".").resolve()),
            "environment": kept(kwargs.get("env") or dict(os.environ)),
            "isolation": self.isolation,
        }
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            zygote().order(order, [theirs, *self._sockets])
        for each in self._sockets:
            each.close()
        self._channel, self._exit = ours, None
        told = json.loads(await asyncio.get_running_loop().run_in_executor(None, ours.recv, MESSAGE_SIZE) or b"{}")
        if "level" not in told:
            self._forget()
            raise JudgeError(told.get("error") or f"no kernel could be started: {zygote().last_words()}")
        if told["refused"] and self.isolation == "auto":
            self.log.warning("the notebook's kernel is not confined here (%s)", told["refused"])
        return self.connection_info

    async def poll(self) -> int | None:
        if self._channel is None:
            return 0 if self._exit is None else self._exit
        if self._exit is None and select.select([self._channel], [], [], 0)[0]:
            message = self._channel.recv(MESSAGE_SIZE)
            self._exit = json.loads(message)["exit"] if message else -signal.SIGKILL
        return self._exit

    async def wait(self) -> int | None:
        while (code := await self.poll()) is None:
            await asyncio.sleep(0.01)
        self._forget()
        return code

    async def send_signal(self, signum: int) -> None:
        if self._channel is not None:
            with contextlib.suppress(OSError):  # it has ended
                self._channel.send(json.dumps({"signal": signum}).encode())

    async def kill(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _forget(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None


class ForkedKernelManager(AsyncKernelManager):
    """A kernel manager whose kernels are forked, whatever their kernelspec says; on Linux only, elsewhere started."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        spec = super().kernel_spec
        if spec is not None and sys.platform == "linux":
            spec.metadata = {**spec.metadata, "kernel_provisioner": {"provisioner_name": NAME}}
        return spec


class Zygote:
    """The zygote of this process. Raises JudgeError where it does not start."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process whose stderr it is
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "autograder.kernels.zygote", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=[theirs.fileno()],
                env={**kept(dict(os.environ)), **ENVIRONMENT, "MPLBACKEND": INLINE},
                start_new_session=True,
            )
        self._control = ours
        if not ours.recv(MESSAGE_SIZE):
            raise JudgeError(f"kernels cannot be forked: {self.last_words()}")

    def order(self, order: dict[str, Any], sockets: list[socket.socket]) -> None:
        """Ask for a kernel that takes over these sockets. Raises JudgeError."""
        try:
            socket.send_fds(self._control, [json.dumps(order).encode()], [each.fileno() for each in sockets])
        except OSError as error:
            raise JudgeError(f"the parent of all kernels ended unexpectedly: {self.last_words()}") from error

    def last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "no reason given"

    def close(self) -> None:
        self._control.close()
        self._process.wait()


@functools.cache
def zygote() -> Zygote:
    found = Zygote()
    atexit.register(found.close)
    return found


def listening(path: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.bind(path)
    made.listen(16)
    return made


def kept(environment: dict[str, str]) -> dict[str, str]:
    return {name: environment[name] for name in KEPT if name in environment}
