"""Several ranks of a submission, with the judge as the network between them.

Each rank is a submission of its own, in the final grade a jailed worker of its own. All that it knows of the others
comes through the judge, who counts messages, steps and bytes and keeps the time. So communication cannot be forged, and
a rank that does the work of all of them shows in the memory of its process.

There is a second form, in which the ranks talk with each other by gloo (`judge.grade(…, network="gloo")`). It shows
that what was learned works where it is used. But nobody counts there, and nobody sees who says what to whom: a
submission could as well call torch's own collectives. So the first form is the one that decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor

from curriculum.fabric import Endpoint, Fabric

from .errors import NotCounted
from .submission import Remote, Submission, SubmissionLost, SubmissionRaised, together

COMMUNICATOR = '''
import torch


class Communicator:
    """One rank's way to the others: curriculum.communicator says what its methods do."""

    def __init__(self, network, rank, world_size):
        self.rank, self.world_size = rank, world_size
        self._network = network

    def send(self, tensor, to):
        self._network.send(tensor.detach(), to)

    def recv(self, out, source):
        came = self._network.recv(list(out.shape), str(out.dtype).removeprefix("torch."), source)
        with torch.no_grad():
            out.copy_(came)

    def exchange(self, tensor, to, out, source):
        kind = str(out.dtype).removeprefix("torch.")
        came = self._network.exchange(tensor.detach(), to, list(out.shape), kind, source)
        with torch.no_grad():
            out.copy_(came)

    def compute(self, seconds, label=""):
        self._network.compute(seconds, label)
'''
GLOO = '''
import os
from datetime import timedelta

import torch.distributed as dist

from curriculum.process_group import ProcessGroup


class Communicator(ProcessGroup):
    def compute(self, seconds, label=""):
        """Takes the time that it takes."""


def meeting():
    return dist.TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)


def joined(port, rank, world_size, patience):
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    wait = timedelta(seconds=patience)
    store = dist.TCPStore("127.0.0.1", port, timeout=wait)
    dist.init_process_group("gloo", store=store, rank=rank, world_size=world_size, timeout=wait)
    return Communicator(rank, world_size)
'''
DTYPES = {
    name: getattr(torch, name) for name in ("float64", "float32", "bfloat16", "float16", "int64", "int32", "bool")
}
LARGEST = 1 << 26
"""Elements of what a rank may ask to receive."""


@dataclass(frozen=True)
class Port:
    """What the judge lends to a rank: its endpoint, by calls that bring back what was received."""

    endpoint: Endpoint

    def send(self, tensor: Any, to: Any) -> None:
        self.endpoint.send(tensor, to)

    def recv(self, shape: Any, dtype: Any, source: Any) -> Tensor:
        out = _empty(shape, dtype)
        self.endpoint.recv(out, source)
        return out

    def exchange(self, tensor: Any, to: Any, shape: Any, dtype: Any, source: Any) -> Tensor:
        out = _empty(shape, dtype)
        self.endpoint.exchange(tensor, to, out, source)
        return out

    def compute(self, seconds: Any, label: Any) -> None:
        if not isinstance(seconds, int | float) or not 0 <= seconds < 1e9:
            raise ValueError("the time to compute is a number of seconds")
        self.endpoint.compute(float(seconds), str(label)[:50])


def _empty(shape: Any, dtype: Any) -> Tensor:
    sizes = shape if isinstance(shape, list) and all(type(size) is int and size >= 0 for size in shape) else None
    if sizes is None or dtype not in DTYPES:
        raise ValueError("what is received is a tensor of numbers")
    if math.prod(sizes) > LARGEST:
        raise ValueError(f"more than {LARGEST} elements at once are not carried")
    return torch.empty(sizes, dtype=DTYPES[dtype])


class Uncounted(Fabric):
    """Stands for a network that the ranks have among themselves. Asked what went over it, it raises NotCounted."""

    def __getattribute__(self, name: str) -> Any:
        if name in ("traffic", "clocks", "events", "seconds"):
            raise NotCounted
        return super().__getattribute__(name)


@dataclass
class Ranks:
    """What came of running something on every rank."""

    fabric: Fabric
    """With what was sent, in how many steps, and when."""
    results: list[Any]
    """What the work on each rank returned."""
    bytes_held: list[int] = field(default_factory=list)
    """The most bytes that each rank's process held, libraries included: what a program needs shows in the difference
    between two runs. Empty if that was not asked for, or cannot be told, as in a learner's own process."""


def on_every_rank(
    s: Submission,
    world_size: int,
    work: Callable[[Submission, Remote, int], Any],
    fabric: Fabric | None = None,
    memory: bool = False,
) -> Ranks:
    """Call `work(submission, comm, rank)` for every rank at once, each with a copy of the submission of its own.

    `comm` is a communicator that stays with the submission. With `memory` the bytes that each rank holds are measured.
    Raises what the first rank raised that failed: SubmissionRaised or SubmissionLost. A deadlock is a RuntimeError in
    the submission, whose message says who waits for whom; over gloo, who has waited for too long. NotCounted where what
    is asked for cannot be told over gloo, be it here or when the network is asked.
    """
    patience = s.transport.patience
    if patience and memory:
        raise NotCounted  # a process that talks by gloo holds what gloo needs as well
    fabric = Uncounted(world_size) if patience else fabric or Fabric(world_size)
    failures: list[SubmissionRaised | SubmissionLost] = []

    def one(rank: int, copy: Submission) -> Any:
        failed = True
        try:
            if patience:
                comm = copy.bring(GLOO, "joined").build("", port, rank, world_size, patience)
            else:
                lent = copy.lend(Port(fabric.endpoint(rank)), "send", "recv", "exchange", "compute")
                comm = copy.bring(COMMUNICATOR, "Communicator").build("", lent, rank, world_size)
            result = work(copy, comm, rank)
            failed = False
            return result
        except (SubmissionRaised, SubmissionLost) as error:
            failures.append(error)  # in the order of time: those that follow had waited for it
            if patience:
                failures[-1] = _over_gloo(error, f"rank {rank} of {world_size}", patience)
                copy.transport.close()  # whoever waits for it notices that it is gone
            return None
        finally:
            fabric.leave(rank, failed)

    with s.ranks(world_size, gives_back=memory) as copies:
        port = copies[0].bring(GLOO, "meeting").build("").get("port") if patience else 0
        results = together([partial(one, rank, copy) for rank, copy in enumerate(copies)])
        if failures:
            raise min(failures, key=_aftermath) if patience else failures[0]
        held = [copy.end() for copy in copies] if memory else []
    return Ranks(fabric, results, held if all(held) else [])


def _aftermath(error: SubmissionRaised | SubmissionLost) -> int:
    """How likely a failure follows from that of another rank, which notices a broken connection before the judge."""
    if isinstance(error, SubmissionLost):
        return 0
    return 2 if "gloo" in error.message else 1  # gloo's messages begin with a path of its own


def _over_gloo(
    error: SubmissionRaised | SubmissionLost, who: str, patience: float
) -> SubmissionRaised | SubmissionLost:
    """The same with the rank that it befell, and where gloo gave up with what that means."""
    if isinstance(error, SubmissionLost):
        size = ": so gloo ends where a message has another size than the one awaited" if "SIGABRT" in str(error) else ""
        return SubmissionLost(f"{who}: {error}{size}")
    if "Timed out" not in error.message:
        return error
    waited = f"{who} has waited {patience:g} seconds for another, which does not send or receive what it should"
    return SubmissionRaised(error.type, error.bases, waited, error.where)
