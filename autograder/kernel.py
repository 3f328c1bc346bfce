"""The advisory backend: a submission whose objects live in this very process.

It runs the learner's own kernel in the notebook, and references, variants and misconceptions (trusted code) in the
judge. Values still go through the protocol, so a check sees exactly what it would see of a worker.
"""

from __future__ import annotations

import random
import sys
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .submission import Lent, Submission, SubmissionLost, mark_for_submission, served
from .worker import protocol
from .worker.executor import Executor, answered, fresh_namespace

INTERRUPTS = ("KeyboardInterrupt",)


class KernelTransport:
    """Exchanges requests with an executor in this process."""

    patience = 0.0

    def __init__(self, namespace: dict[str, Any], cells: Sequence[tuple[str, str]] = ()) -> None:
        self.executor = Executor(self._invoke, namespace)
        self.cells = tuple(cells)
        self.lent: dict[int, Lent] = {}
        self.fault: BaseException | None = None

    def send(self, request: dict[str, Any], lent: dict[int, Lent]) -> None:
        with self._serving(lent):
            self.executor.obey(_received(protocol.pack(request, mark_for_submission), self.executor.resolve))

    def exchange(self, request: dict[str, Any], lent: dict[int, Lent]) -> dict[str, Any]:
        with self._serving(lent):
            arrived = _received(protocol.pack(request, mark_for_submission), self.executor.resolve)
            frame = self.executor.reply(arrived, str)
        return _opened(frame)

    def measured(self, request: dict[str, Any]) -> tuple[dict[str, Any], int]:
        copy = self.spawn()
        sent = protocol.pack(request)
        arguments = sum(len(buffer) for buffer in sent)
        arrived = _received(sent, copy.executor.resolve)
        tracemalloc.start()  # only now: what the messages take on their way is not the submission's
        try:
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            frame = copy.executor.reply(arrived, str)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            copy.close()
        return _opened(frame), arguments + peak - before

    def spawn(self, gives_back: bool = False) -> KernelTransport:
        """A fresh namespace in which the same cells are run; without cells, a copy of this namespace."""
        if not self.cells:
            return KernelTransport(dict(self.executor.namespace))
        copy = KernelTransport(fresh_namespace(), self.cells)
        Submission(copy).load(self.cells, [])
        return copy

    def close(self) -> int:
        self.executor.held.clear()
        return 0

    @contextmanager
    def _serving(self, lent: dict[int, Lent]) -> Iterator[None]:
        self.lent, self.fault = lent, None
        try:
            yield
        finally:
            self.lent = {}
        if self.fault is not None:
            raise self.fault  # the submission may have caught it, but it was not for the submission

    def _invoke(self, identity: int, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        call = protocol.pack({"invoke": identity, "method": method, "args": args, "kwargs": kwargs})
        try:
            answer = protocol.pack(served(_received(call, protocol.opaque_only), self.lent), mark_for_submission)
        except protocol.ProtocolError as error:
            self.fault = SubmissionLost(f"it made {error}")
            raise
        except BaseException as error:
            self.fault = error
            raise
        return answered(_received(answer, self.executor.resolve))


def trusted_submission(cells: Sequence[tuple[str, str]], requires: Sequence[str] = ()) -> Submission:
    """Run our own code (a reference, a variant, a misconception) as a submission in this process.

    Raises ValueError where it does not load: our fault, never a learner's.
    """
    submission = Submission(KernelTransport(fresh_namespace(), cells))
    reply = submission.load(cells, requires)
    if reply["missing"] or reply["errors"]:
        raise ValueError(f"trusted code does not load: {reply}")
    return submission


@contextmanager
def random_state_kept() -> Iterator[None]:
    """Leave the process's global generators as they were, whatever a check seeds or a submission draws."""
    numpy = sys.modules.get("numpy")
    torch = sys.modules.get("torch")
    states = (random.getstate(), numpy and numpy.random.get_state(), torch and torch.get_rng_state())
    try:
        yield
    finally:
        random.setstate(states[0])
        if numpy is not None:
            numpy.random.set_state(states[1])
        if torch is not None:
            torch.set_rng_state(states[2])


def _opened(frame: Sequence[bytes | memoryview]) -> dict[str, Any]:
    """The reply in a frame; an interrupt goes on to whoever runs the kernel."""
    reply = _received(frame, protocol.opaque_only)
    if reply.get("error", {}).get("type") in INTERRUPTS:
        raise KeyboardInterrupt
    return reply


def _received(buffers: Sequence[bytes | memoryview], resolve: protocol.Resolver) -> dict[str, Any]:
    """What the other side of a pipe would receive."""
    frame = memoryview(b"".join(buffers))
    position = 0

    def read(count: int) -> bytearray:
        nonlocal position
        position += count
        return bytearray(frame[position - count : position])

    return protocol.unpack(read, resolve)
