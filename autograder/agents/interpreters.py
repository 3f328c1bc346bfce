"""A shell and a Python interpreter that keep their state from call to call, inside the workspace's jail."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

MOST_CHARACTERS = 30_000
KEPT_AT_THE_END = 10_000  # of these: an error stands at the end

# It takes the path of a program and a mark on one line, runs the program, and prints the mark.
PYTHON_DRIVER = """
import ast, os, sys, traceback
commands = os.fdopen(os.dup(0))
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
namespace = {"__name__": "__main__"}
for line in commands:
    path, mark = line.split()
    try:
        tree = ast.parse(open(path, encoding="utf-8").read(), "<python>")
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "<python>", "exec"), namespace)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "<python>", "eval"), namespace)
            if value is not None:
                print(repr(value))
    except SystemExit as ended:
        print(f"SystemExit: {ended}")
    except BaseException:
        kind, error, trace = sys.exc_info()
        traceback.print_exception(kind, error, trace.tb_next or trace)
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(1, f"\\n{mark}\\n".encode())
"""


class Interpreter:
    """One process that runs what it is given, started when it is needed and anew after it ended or hung."""

    def __init__(self, name: str, command: Sequence[str], line: Callable[[str, str], str]) -> None:
        """`line` makes, of a program's path and a mark, the line that runs the one and then prints the other."""
        self.name = name
        self.command = command
        self.line = line
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, program: str, seconds: float, scratch: Path) -> str:
        """What the program printed, cut in the middle where that is much. Raises OSError where it cannot start."""
        process = self._running()
        file, mark = scratch / f".{self.name}-{secrets.token_hex(4)}", secrets.token_hex(16)
        try:
            file.write_text(program, encoding="utf-8", errors="replace")
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(self.line(str(file), mark).encode())
            process.stdin.flush()
            output, ended = _read_until(process, f"\n{mark}\n".encode(), seconds)
        except BrokenPipeError:
            output, ended = b"", "exit"
        finally:
            file.unlink(missing_ok=True)
        text = _cut(output.decode("utf-8", "replace").strip("\n"))
        if not ended:
            return text
        self.stop()
        what = "ended" if ended == "exit" else f"did not finish within {seconds:g} seconds and was ended"
        return f"{text}\n({self.name} {what}; it starts anew with the next call, files stay)".strip("\n")

    def stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    pipe.close()
        self.process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is not None and self.process.poll() is None:
            return self.process
        self.stop()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
            # The jail's first process ignores its children's ends; a program waits for its own.
            preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_DFL),
        )
        return self.process


def bash() -> Interpreter:
    return Interpreter(
        "bash",
        ["/bin/bash", "--noprofile", "--norc"],
        lambda path, mark: f". {path} </dev/null; printf '\\n%s\\n' {mark}\n",
    )


def python(executable: str) -> Interpreter:
    return Interpreter("python", [executable, "-u", "-c", PYTHON_DRIVER], lambda path, mark: f"{path} {mark}\n")


def _read_until(process: subprocess.Popen[bytes], mark: bytes, seconds: float) -> tuple[bytes, str]:
    """What came before the mark, and empty, "exit" or "time" for how it ended. What is too much is not kept."""
    assert process.stdout is not None
    descriptor = process.stdout.fileno()
    deadline = time.monotonic() + seconds
    head, tail = b"", b""
    while True:
        if not select.select([descriptor], [], [], 0.05)[0]:
            if process.poll() is not None:  # something that it left running may hold the pipe open
                return head + tail, "exit"
            if time.monotonic() > deadline:
                return head + tail, "time"
            continue
        if time.monotonic() > deadline:
            return head + tail, "time"
        data = os.read(descriptor, 1 << 16)
        if not data:
            return head + tail, "exit"
        tail += data
        end = tail.find(mark)
        if end >= 0:
            return head + tail[:end], ""
        if len(head) < MOST_CHARACTERS:
            head, tail = head + tail[: -len(mark)], tail[-len(mark) :]
        else:
            tail = tail[-2 * MOST_CHARACTERS :]


def _cut(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    left_out = len(text) - MOST_CHARACTERS
    head, tail = text[: MOST_CHARACTERS - KEPT_AT_THE_END], text[-KEPT_AT_THE_END:]
    return f"{head}\n(… {left_out} characters or more are left out here …)\n{tail}"
