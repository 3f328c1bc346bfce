"""Simulated ranks in one process, and a network between them that counts, keeps time, and notices a deadlock.

    results, fabric = on_ranks(4, program, *arguments)
    fabric.traffic[0].bytes_sent

Each rank is a thread with an `Endpoint`, which is a `Communicator`. Nothing here depends on which thread runs when: the
time is simulated. Every rank has a clock. A message leaves when both sides are ready and takes `latency` plus its bytes
divided by `bandwidth`; computing takes what the program says it takes (`Endpoint.compute`). That is the α–β model of
Hockney (1994), "The communication challenge for MPP", with both directions of a link usable at once.

Symbols: seconds, bytes, bytes per second. A *step* of a rank is one call that waits for a peer; an `exchange` is one.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

LATENCY, BANDWIDTH = 5e-6, 50e9
"""Seconds a message, which is assumed, and bytes per second in each direction of a link: one network card of 400 Gb/s,
as a DGX H100 has one for each GPU (https://www.nvidia.com/en-us/data-center/dgx-h100/)."""


class Deadlock(RuntimeError):
    """Every rank that still runs waits for another; the message says for whom."""


class RankFailed(RuntimeError):
    """A rank waited for one that had ended with an exception."""


@dataclass
class Traffic:
    """What one rank sent and received."""

    messages: int = 0
    """Sent."""
    bytes_sent: int = 0
    bytes_received: int = 0
    steps: int = 0


@dataclass(frozen=True)
class Event:
    """What one rank did from `start` to `end`: "compute", or "send" or "recv" with a peer, waiting included."""

    rank: int
    kind: str
    start: float
    end: float
    label: str = ""
    peer: int = -1
    bytes: int = 0


@dataclass
class _Part:
    """One half of a message, until the other half is there."""

    rank: int
    peer: int
    posted: float
    """By the clock of its rank."""
    tensor: Tensor
    done: float | None = None
    """When the message had arrived."""


@dataclass
class Fabric:
    """The network of `world_size` ranks."""

    world_size: int
    latency: float = LATENCY
    bandwidth: float = BANDWIDTH
    traffic: list[Traffic] = field(init=False)
    clocks: list[float] = field(init=False)
    """The time at each rank, in seconds."""
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.traffic = [Traffic() for _ in range(self.world_size)]
        self.clocks = [0.0] * self.world_size
        self._changed = threading.Condition()
        self._sends: defaultdict[tuple[int, int], deque[_Part]] = defaultdict(deque)
        self._recvs: defaultdict[tuple[int, int], deque[_Part]] = defaultdict(deque)
        self._waiting: dict[int, list[_Part]] = {}
        self._ended: dict[int, bool] = {}
        """The ranks that have ended, and whether with an exception."""
        self._failure: RuntimeError | ValueError | None = None

    def endpoint(self, rank: int) -> Endpoint:
        return Endpoint(self, rank)

    def leave(self, rank: int, failed: bool = False) -> None:
        """Say that a rank has ended. Whoever waits for it will wait no longer."""
        with self._changed:
            self._ended[rank] = failed
            self._look()

    @property
    def seconds(self) -> float:
        """When the last rank was done."""
        return max(self.clocks)

    def transfer(self, rank: int, sends: list[tuple[Tensor, int]], recvs: list[tuple[Tensor, int]]) -> None:
        """Carry out one step of a rank: all these at once. Raises Deadlock, RankFailed, ValueError."""
        for tensor, peer in (*sends, *recvs):
            if not isinstance(tensor, Tensor):
                raise ValueError("only tensors can be sent and received")
            if type(peer) is not int or not 0 <= peer < self.world_size or peer == rank:
                raise ValueError(f"rank {rank} of {self.world_size} has no peer {peer!r}")
        with self._changed:
            now = self.clocks[rank]
            going = [_Part(rank, peer, now, tensor.detach().clone()) for tensor, peer in sends]
            coming = [_Part(rank, peer, now, tensor) for tensor, peer in recvs]
            for part in going:
                self._sends[rank, part.peer].append(part)
                self._match(rank, part.peer)
            for part in coming:
                self._recvs[part.peer, rank].append(part)
                self._match(part.peer, rank)
            self._waiting[rank] = going + coming
            self._look()
            self._changed.wait_for(lambda: self._failure or all(part.done is not None for part in going + coming))
            if not all(part.done is not None for part in going + coming):
                assert self._failure is not None
                raise self._failure
            del self._waiting[rank]
            self._count(rank, going, coming)

    def compute(self, rank: int, seconds: float, label: str = "") -> None:
        """Let a rank compute for so long."""
        with self._changed:
            start = self.clocks[rank]
            self.clocks[rank] = start + seconds
            self.events.append(Event(rank, "compute", start, start + seconds, label))

    def _match(self, source: int, to: int) -> None:
        """Deliver what both sides have posted."""
        sends, recvs = self._sends[source, to], self._recvs[source, to]
        while sends and recvs:
            sent, taken = sends.popleft(), recvs.popleft()
            if sent.tensor.shape != taken.tensor.shape or sent.tensor.dtype != taken.tensor.dtype:
                sent_as, taken_as = _described(sent.tensor), _described(taken.tensor)
                self._fail(ValueError(f"rank {source} sends {sent_as} to rank {to}, which expects {taken_as}"))
                return
            with torch.no_grad():
                taken.tensor.copy_(sent.tensor)
            arrived = max(sent.posted, taken.posted) + self.latency + _bytes(sent.tensor) / self.bandwidth
            sent.done = taken.done = arrived
        self._changed.notify_all()

    def _look(self) -> None:
        """When nobody who still runs can go on, say who waits for whom."""
        running = set(range(self.world_size)) - set(self._ended)
        stuck = {
            rank: sorted({part.peer for part in parts if part.done is None}) for rank, parts in self._waiting.items()
        }
        if running and all(stuck.get(rank) for rank in running):
            gone = sorted({peer for peers in stuck.values() for peer in peers if self._ended.get(peer)})
            waits = "; ".join(f"rank {rank} waits for {', '.join(map(str, stuck[rank]))}" for rank in sorted(running))
            if gone:
                self._fail(RankFailed(f"rank {gone[0]} had ended with an exception: {waits}"))
            else:
                self._fail(Deadlock(f"nobody can go on: {waits}"))
        self._changed.notify_all()

    def _fail(self, failure: RuntimeError | ValueError) -> None:
        self._failure = self._failure or failure
        self._changed.notify_all()

    def _count(self, rank: int, going: list[_Part], coming: list[_Part]) -> None:
        traffic, start = self.traffic[rank], self.clocks[rank]
        traffic.steps += 1
        for kind, parts in (("send", going), ("recv", coming)):
            for part in parts:
                size, end = _bytes(part.tensor), float(part.done or 0.0)
                self.events.append(Event(rank, kind, start, end, "", part.peer, size))
                self.clocks[rank] = max(self.clocks[rank], end)
        traffic.messages += len(going)
        traffic.bytes_sent += sum(_bytes(part.tensor) for part in going)
        traffic.bytes_received += sum(_bytes(part.tensor) for part in coming)


@dataclass(frozen=True)
class Endpoint:
    """One rank's end of a fabric: a `Communicator` that can also say how long it computes."""

    fabric: Fabric
    rank: int

    @property
    def world_size(self) -> int:
        return self.fabric.world_size

    def send(self, tensor: Tensor, to: int) -> None:
        self.fabric.transfer(self.rank, [(tensor, to)], [])

    def recv(self, out: Tensor, source: int) -> None:
        self.fabric.transfer(self.rank, [], [(out, source)])

    def exchange(self, tensor: Tensor, to: int, out: Tensor, source: int) -> None:
        self.fabric.transfer(self.rank, [(tensor, to)], [(out, source)])

    def compute(self, seconds: float, label: str = "") -> None:
        self.fabric.compute(self.rank, seconds, label)


def on_ranks(
    world_size: int, program: Callable[..., Any], *arguments: Any, fabric: Fabric | None = None
) -> tuple[list[Any], Fabric]:
    """Run `program(comm, *arguments)` on every rank; what each returned, and the network with its counts.

    Raises what the first rank raised that did not merely wait for another.
    """
    fabric = fabric or Fabric(world_size)
    results: list[Any] = [None] * world_size
    raised: dict[int, BaseException] = {}

    def one(rank: int) -> None:
        failed = True
        try:
            results[rank] = program(fabric.endpoint(rank), *arguments)
            failed = False
        except BaseException as error:
            raised[rank] = error
        finally:
            fabric.leave(rank, failed)

    threads = [threading.Thread(target=one, args=(rank,), name=f"rank {rank}") for rank in range(world_size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise min(raised.items(), key=lambda item: (isinstance(item[1], RankFailed), item[0]))[1]
    return results, fabric


def _bytes(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def _described(tensor: Tensor) -> str:
    return f"{tuple(tensor.shape)} {str(tensor.dtype).removeprefix('torch.')}"
