"""A process that torchrun launched with others: its place among them, and how all of them end.

torchrun watches its processes. Where one dies it stops those on the same machine, within a fraction of a second, and
prints a table. What it cannot know is said here, in one sentence: which rank is gone, and how the work goes on.

| what happens | who speaks | how the others learn of it |
|---|---|---|
| a rank raises | that rank, before it leaves | torchrun stops them with SIGTERM |
| a rank is killed | the first of the others that sees it | a connection is closed, or SIGTERM comes |
| a rank stands still | whoever waits for it longer than the timeout | the same |
| Ctrl-C, or SIGTERM to all | the first | all get the signal |

A process inside a collective is in C++, where Python's signal handlers do not run. So a thread of each process waits
for the signals, by the file descriptor that Python writes to at once (`signal.set_wakeup_fd`). It speaks where nobody
has spoken yet, and ends the process.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from torch._C._distributed_c10d import HashStore, PrefixStore, Store, TCPStore  # torch.distributed's, with types

from curriculum.train_gpt import Place

PATIENCE = 3.0
"""Seconds in which a process whose connection was closed is seen to be gone."""


@contextlib.contextmanager
def launched(device: str, timeout: float, how_to_resume: Callable[[], str]) -> Iterator[Place]:
    """This process's place, with the process group open: NCCL on GPUs, else gloo; a group of one outside torchrun.

    device is "cpu", "cuda" or "auto". A collective that lasts longer than `timeout` seconds fails. What is raised
    inside ends this process with one sentence, said by one rank for all, to which `how_to_resume()` is added.
    """
    rank, world_size = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    name = device if device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    here = torch.device(name)
    if name == "cuda":
        here = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
        torch.cuda.set_device(here)
    board = Board(rank, world_size, how_to_resume)
    with board.watching():
        try:
            dist.init_process_group(
                "nccl" if name == "cuda" else "gloo",
                store=board.store,
                rank=rank,
                world_size=world_size,
                timeout=timedelta(seconds=timeout),
                device_id=here if name == "cuda" else None,
            )
            yield Place(rank, world_size, here)
            dist.barrier()  # nobody leaves while another still reads what was sent
            dist.destroy_process_group()
        except KeyboardInterrupt:
            board.say("stopped")
            board.leave(130)
        except Exception as error:
            # A rank that was killed closes its connections, and the others see no more than that.
            gone = board.gone(PATIENCE) if isinstance(error, RuntimeError) else []
            if not isinstance(error, (ImportError, ValueError, OSError, FloatingPointError, RuntimeError)):
                traceback.print_exc()  # a mistake in the program, which one sentence does not explain
            board.say(missing(gone) if gone else told(error, rank, world_size))
            board.leave(1)


def told(error: Exception, rank: int, world_size: int) -> str:
    """An error in one line, with its rank where there are others."""
    line = next(iter(str(error).splitlines()), "") or type(error).__name__
    if world_size == 1:
        return line
    if "timed out" in line.lower():
        return f"rank {rank} of {world_size} waited for another rank for longer than --timeout, in vain"
    return f"rank {rank} of {world_size}: {line}"


def missing(gone: list[str]) -> str:
    return f"{', '.join(gone)} {'is' if len(gone) == 1 else 'are'} gone, killed or crashed, and the others were stopped"


class Board:
    """Where the ranks of a job write who they are, and that one of them has spoken for all."""

    def __init__(self, rank: int, world_size: int, how_to_resume: Callable[[], str]) -> None:
        self.rank, self.world_size, self.how_to_resume = rank, world_size, how_to_resume
        self.speaking = threading.Lock()
        self.spoken = False
        self.ending = False
        if world_size == 1:
            self.store: Store = HashStore()
            self.notes: Store = self.store
        else:
            address, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
            # torchrun's own process holds the store, so that it outlives every rank.
            leads = rank == 0 and os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != "True"
            attempt = f"{os.environ.get('TORCHELASTIC_RUN_ID', '')}/{os.environ.get('TORCHELASTIC_RESTART_COUNT', 0)}"
            store = TCPStore(address, port, world_size, is_master=leads, wait_for_workers=False)
            self.store = PrefixStore(f"group/{attempt}", store)
            # A connection of its own: the other one may be inside a call that lasts.
            own = TCPStore(address, port, world_size, is_master=False, wait_for_workers=False)
            self.notes = PrefixStore(f"board/{attempt}", own)
        self.notes.set(f"rank/{rank}", f"{socket.gethostname()} {os.getpid()}")

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Let a thread answer SIGTERM and SIGINT; alone, a process needs nobody for that."""
        if self.world_size == 1 or threading.current_thread() is not threading.main_thread():
            yield
            return
        signals = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, lambda *_: None) for number in signals}
        waiting, waking = socket.socketpair()
        waking.setblocking(False)
        old = signal.set_wakeup_fd(waking.fileno())
        threading.Thread(target=self._answer, args=(waiting,), daemon=True).start()
        try:
            yield
        finally:
            signal.set_wakeup_fd(old)
            for number, handler in before.items():
                signal.signal(number, handler)
            waking.close()

    def _answer(self, waiting: socket.socket) -> None:
        while data := waiting.recv(1):
            number = data[0]
            if number in (signal.SIGTERM, signal.SIGINT):
                gone = self.gone(PATIENCE) if number == signal.SIGTERM and not self.spoken else []
                self.say(missing(gone) if gone else f"stopped by {signal.Signals(number).name}")
                self.leave(128 + number)

    def gone(self, patience: float) -> list[str]:
        """The ranks of this machine whose processes are no more, as soon as there are some, or none in `patience`."""
        until = time.monotonic() + patience
        while True:
            found = [who for rank in range(self.world_size) if (who := self._gone(rank))]
            if found or time.monotonic() > until or self._somebody_spoke():
                return found
            time.sleep(0.05)

    def _gone(self, rank: int) -> str:
        with contextlib.suppress(RuntimeError):  # the store is gone too
            if self.notes.check([f"rank/{rank}"]):
                host, process = self.notes.get(f"rank/{rank}").decode().split()
                if host == socket.gethostname() and not lives(int(process)):
                    return f"rank {rank} (process {process} on {host})"
        return ""

    def _somebody_spoke(self) -> bool:
        with contextlib.suppress(RuntimeError):
            return self.notes.add("spoken", 0) > 0
        return False

    def say(self, sentence: str) -> None:
        """Say it with how to resume, on stderr, unless a rank has spoken before."""
        with self.speaking:
            if self.spoken:
                return
            self.spoken = True
            first = True
            with contextlib.suppress(RuntimeError):  # without a store better twice than never
                first = self.notes.add("spoken", 1) == 1
            if first:
                print("; ".join(filter(None, [sentence, self.how_to_resume()])), file=sys.stderr, flush=True)

    def leave(self, code: int) -> None:
        """End this process at once: a group that lacks a rank cannot be closed in order."""
        if self.world_size == 1:
            if dist.is_initialized():
                dist.destroy_process_group()
            raise SystemExit(code)
        sys.stdout.flush()
        os._exit(code)


def lives(process: int) -> bool:
    """Whether there is such a process on this machine; one that is dead and not yet collected does not live."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        pass
    if Path("/proc/self").exists():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
