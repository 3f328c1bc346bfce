"""What one rank may do to reach the others: three calls, the same whatever carries them.

A program for several ranks is one function, `program(comm, …)`, that every rank runs with its own `comm`. It runs
unchanged on simulated ranks (`curriculum.fabric`), on processes with gloo and on GPUs with NCCL
(`curriculum.process_group`).

Symbols: a *rank* is one of `world_size` copies of the program, numbered from 0. In a *ring*, rank r sends to r + 1 and
receives from r − 1, both modulo world_size.

`send` and `recv` meet: each returns when the other side has done its part. That is the strictest thing a network may
ask for, and torch's gloo asks for it too. So where two ranks send to each other, or all send around a ring, `exchange`
does both directions at once.
"""

from __future__ import annotations

from typing import Protocol

from torch import Tensor


class Communicator(Protocol):
    """One rank's way to the others.

    Tensors may have any shape and layout; what is sent is (a copy of) the numbers, and `out` is filled in place, so it
    must have the shape and dtype of what comes. A rank does not send to itself.
    """

    @property
    def rank(self) -> int: ...

    @property
    def world_size(self) -> int: ...

    def send(self, tensor: Tensor, to: int) -> None:
        """Hand `tensor` to rank `to`; returns when it was taken."""
        ...

    def recv(self, out: Tensor, source: int) -> None:
        """Fill `out` with what rank `source` sends; waits for it."""
        ...

    def exchange(self, tensor: Tensor, to: int, out: Tensor, source: int) -> None:
        """`send(tensor, to)` and `recv(out, source)` at the same time."""
        ...
