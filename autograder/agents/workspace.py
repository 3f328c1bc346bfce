"""A jailed folder in memory with a shell, a Python interpreter and an editor, for one attempt.

Nothing of this machine is to be seen in it but the libraries of the exercise and the system's programs, and there is no
network. It is for the model to work in and to try things; what it submits is judged elsewhere.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from ..errors import JudgeError
from ..readable import outermost, readable_paths
from ..sandbox import ENVIRONMENT
from .inside import SCRATCH, WORKSPACE

PROGRAMS = ("/usr/bin", "/bin", "/lib", "/etc/alternatives", "/usr/share/terminfo", "/dev/zero", "/dev/random")
GIVEN = f"{SCRATCH}/given"
MOST_REPLY = 64 << 20  # bytes of one line
GRACE = 30.0  # seconds beyond its own limit that a tool may take to answer


class ToolError(Exception):
    """What the model is told instead of a result."""


class Workspace:
    """One workspace; an asynchronous context manager. Raises JudgeError where none can be had."""

    def __init__(
        self, libraries: Sequence[str], files: Mapping[str, str], given: Mapping[str, str], packed: bytes = b""
    ) -> None:
        """`files` by their names in the workspace, `given` modules by theirs, `packed`: files of an earlier one."""
        self.order = {
            "readable": _readable(libraries),
            "python": f"{SCRATCH}/bin/python3",
            "environment": {
                **ENVIRONMENT,
                "PATH": f"{SCRATCH}/bin:/usr/bin:/bin",
                "PYTHONPATH": os.pathsep.join(
                    [GIVEN, *sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})]
                ),
                "PYTHONDONTWRITEBYTECODE": "1",
                "HOME": WORKSPACE,
                "TMPDIR": SCRATCH,
                "LANG": "C.UTF-8",
                "TERM": "dumb",
            },
            "files": {
                **{f"{WORKSPACE}/{name}": text for name, text in files.items()},
                **_given_files(given),
                **{f"{SCRATCH}/bin/{name}": _launcher() for name in ("python", "python3")},
            },
            "packed": base64.b64encode(packed).decode(),
        }

    async def __aenter__(self) -> Workspace:
        ours, theirs = socket.socketpair()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process whose stderr it is
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "autograder.agents.inside", str(theirs.fileno())),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=[theirs.fileno()],
                env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "PYTHONPATH": os.pathsep.join(sys.path)},
                start_new_session=True,  # Ctrl-C is for the one who runs the attempts
            )
        self._reader, self._writer = await asyncio.open_connection(sock=ours, limit=MOST_REPLY)
        try:
            await self._exchange(self.order, GRACE)
        except ToolError as error:
            await self.__aexit__(None, None, None)
            raise JudgeError(f"a workspace cannot be jailed on this machine: {error}") from None
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        self._errors.close()

    async def bash(self, command: str, seconds: float) -> str:
        """What a command printed. Raises ToolError."""
        return await self._exchange({"tool": "bash", "code": command, "seconds": seconds}, seconds + GRACE)

    async def python(self, code: str, seconds: float) -> str:
        """What a program printed, and the value of its last expression. Raises ToolError."""
        return await self._exchange({"tool": "python", "code": code, "seconds": seconds}, seconds + GRACE)

    async def restart_bash(self) -> str:
        return await self._exchange({"tool": "restart"}, GRACE)

    async def edit(self, arguments: Mapping[str, Any]) -> str:
        """Carry out a command of the text editor. Raises ToolError."""
        return await self._exchange({"tool": "edit", "arguments": arguments}, GRACE)

    async def read(self, name: str) -> str:
        """The text of a file. Raises ToolError where there is none."""
        return await self._exchange({"tool": "read", "name": name}, GRACE)

    async def packed(self) -> bytes:
        """All plain files, as a tar archive. Raises ToolError where they are too many."""
        return base64.b64decode(await self._exchange({"tool": "pack"}, GRACE))

    async def _exchange(self, request: Mapping[str, Any], seconds: float) -> str:
        """Raises ToolError for what the model did, JudgeError where the workspace has ended."""
        try:
            # Not wait_for: until Python 3.12 it may swallow a cancellation.
            async with asyncio.timeout(seconds):
                self._writer.write(json.dumps(request).encode() + b"\n")
                await self._writer.drain()
                line = await self._reader.readline()
            reply = json.loads(line) if line else None
        except TimeoutError:
            raise JudgeError("the workspace does not answer") from None
        except (OSError, ValueError) as error:
            raise JudgeError(f"the workspace ended unexpectedly ({error})") from error
        if reply is None:
            raise JudgeError(f"the workspace ended unexpectedly {self._last_words()}")
        if "error" in reply:
            raise ToolError(str(reply["error"]))
        return str(reply["text"])

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f"({lines[-1]})" if lines else ""


def _readable(libraries: Sequence[str]) -> list[str]:
    found = [path for path in readable_paths(libraries) if not path.startswith("/proc/")]
    found += [path for path in (*PROGRAMS, os.path.realpath(sys.executable)) if os.path.exists(path)]
    return outermost(found)


def _launcher() -> str:
    """`python` for the shell: the interpreter alone; its libraries come by PYTHONPATH."""
    return f'#!/bin/sh\nexec {os.path.realpath(sys.executable)} -s "$@"\n'


def _given_files(given: Mapping[str, str]) -> dict[str, str]:
    """Modules that the submission may import, with the packages that they lie in."""
    files = {}
    for name, source in given.items():
        *packages, module = name.split(".")
        for depth in range(1, len(packages) + 1):
            files["/".join([GIVEN, *packages[:depth], "__init__.py"])] = ""
        files["/".join([GIVEN, *packages, f"{module}.py"])] = source
    return files
