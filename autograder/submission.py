"""The one interface through which a check speaks to a submission, wherever the submission runs.

A check calls functions, builds objects and calls their methods, holds arrays in the submission's process, asks for
vector–Jacobian products, and lends objects that live with the judge (an environment, a layer, a network). It never
touches a raw object of the submission. Behind the interface is a transport: the learner's own process
(`kernel.KernelTransport`, advisory) or a jailed worker (`sandbox.WorkerTransport`, final).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from .errors import JudgeError
from .worker.protocol import Opaque, ProtocolError, Unsendable

__all__ = ["Lent", "Opaque", "Remote", "Submission", "SubmissionLost", "SubmissionRaised", "Transport"]


ERROR_TEXTS = ("type", "message", "where")


class SubmissionRaised(Exception):
    """The submission's code raised. `type` is the class's name, `bases` its built-in ancestors."""

    def __init__(self, type: str, bases: Sequence[str], message: str, where: str) -> None:
        super().__init__(f"{type}: {message}" if message else type)
        self.type = type
        self.bases = tuple(bases)
        self.message = message
        self.where = where


class SubmissionLost(Exception):
    """The submission's process ended, hung or broke the protocol; the message says which."""


class Transport(Protocol):
    """Carries one request to a submission and brings back its reply."""

    patience: float
    """Seconds that a rank may wait for another, where the ranks reach each other without the judge; elsewhere 0."""

    def send(self, request: dict[str, Any], lent: dict[int, Lent]) -> None:
        """Have a request carried out before the next exchange. If it fails, that exchange's reply says so."""
        ...

    def exchange(self, request: dict[str, Any], lent: dict[int, Lent]) -> dict[str, Any]: ...

    def measured(self, request: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """The reply of a fresh copy of the submission, and the most bytes it held for it at once."""
        ...

    def spawn(self, gives_back: bool = False) -> Transport:
        """Another, independent copy of the same submission (one rank of several); see `sandbox.Limits.gives_back`."""
        ...

    def close(self) -> int:
        """End it; the most bytes that its process held, or 0 where it has none of its own."""
        ...


@dataclass(frozen=True)
class Lent:
    """An object that lives with the judge and whose named methods the submission may call."""

    target: Any
    methods: tuple[str, ...]
    identity: int

    def invoke(self, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if method not in self.methods:
            # Its name is the submission's text, and could carry hidden inputs into the verdict.
            raise ProtocolError("a call of a method that was not lent")
        return getattr(self.target, method)(*args, **kwargs)


class Submission:
    """What a check sees of the code it judges.

    What has no value to wait for (`build`, `hold`, `library`, `bring`, `tell`, `assign`, `without`) is sent together
    with the next request that has one. What it raises is raised there, or by `settle`, and nothing after it was
    carried out.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._lent: dict[int, Lent] = {}
        self._held = 0
        self._settled = True

    def begin(self, seed: int) -> None:
        """Drop every held and lent object, and seed the global generators of the submission's process."""
        self._lent.clear()
        self._tell("begin", seed=seed)

    def settle(self) -> None:
        """Wait until all that was sent is carried out. Raises SubmissionRaised, SubmissionLost."""
        if not self._settled:
            self._request("settle")

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """The value that the submission's function `name` returns. Raises SubmissionRaised, SubmissionLost."""
        return self._request("call", target=name, method="", args=list(args), kwargs=kwargs, keep=0)

    def each(self, name: str, arguments: Sequence[Sequence[Any]]) -> list[Any]:
        """The values of one call of `name` for each tuple of arguments, in order, for the price of one exchange."""
        return self._each(name, "", arguments)

    def measure(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, int]:
        """What `call` gives, and the most bytes the call held at once, its arguments and its result included.

        The call is made in a fresh copy of the submission. Of a worker, whose arguments take their size twice while
        they arrive, at least that is counted. Of a learner's kernel, only what Python and NumPy allocate is counted,
        with the arguments.
        """
        self.settle()
        request = {"op": "call", "target": name, "method": "", "args": list(args), "kwargs": kwargs, "keep": 0}
        reply, peak = self.transport.measured(request)
        return self._value(reply), peak

    def build(self, name: str, *args: Any, **kwargs: Any) -> Remote:
        """Call `name` (a class or a function) and leave the result with the submission."""
        return self._kept("call", target=name, method="", args=list(args), kwargs=kwargs)

    def construct(self, name: str, *args: Any, **kwargs: Any) -> Remote:
        """As `build`, but done when this returns: for what calls a lent object while it is made."""
        self._held += 1
        self._request("call", target=name, method="", args=list(args), kwargs=kwargs, keep=self._held)
        return Remote(self, self._held)

    def hold(self, value: Any) -> Remote:
        """Place a value with the submission, to be passed by reference and read again with `fetch`."""
        return self._kept("hold", value=value)

    def library(self, name: str) -> Remote:
        """A library's module where the submission runs: `s.library("torch.nn").build("Linear", 2, 3)` makes a layer."""
        return self._kept("library", name=name)

    def bring(self, source: str, name: str) -> Remote:
        """What the judge's own `source` defines as `name`, placed with the submission but not among its names.

        For what cannot be lent, since gradients are to flow through it: a model that the submission trains. The
        submission can look into it, so it knows nothing that has to stay hidden.
        """
        return self._kept("bring", source=source, name=name)

    def vjp(self, name: str, *args: Any, wrt: Sequence[int], cotangent: Any) -> tuple[Any, list[Any]]:
        """The output of a torch function and `cotangent`ᵀ · ∂output/∂args[i] for each i in `wrt` (None: no path)."""
        return self._vjp(name, "", args, wrt, cotangent)

    def lend(self, target: Any, *methods: str) -> Lent:
        """Let the submission call `methods` of an object that stays with the judge.

        What these raise, the submission can catch. A method may return another lent object.
        """
        lent = Lent(target, methods, len(self._lent) + 1)
        self._lent[lent.identity] = lent
        return lent

    @contextmanager
    def without(self, *names: str) -> Iterator[None]:
        """While this is entered, library functions are unavailable to the submission: see `worker.forbidden`.

        For a task that forbids them in one of its parts; `Exercise.forbids` is for the whole of it.
        """
        self._tell("forbid", names=list(names))
        try:
            yield
        finally:
            with suppress(SubmissionLost):  # what ended it has been told
                self._tell("allow")

    def load(self, cells: Sequence[tuple[str, str]], requires: Sequence[str]) -> dict[str, Any]:
        """Run (name, source) cells; the reply lists missing names and the cells' errors."""
        try:
            reply = self._request("load", cells=[list(cell) for cell in cells], requires=list(requires))
        except Unsendable as error:
            raise SubmissionLost(f"its source has {error}") from error
        try:
            return {
                "missing": _texts(reply["missing"]),
                "similar": {_text(name): _texts(near) for name, near in reply["similar"].items()},
                "errors": [{key: _text(error[key]) for key in ERROR_TEXTS} for error in reply["errors"]],
            }
        except (TypeError, KeyError, AttributeError):
            raise self._malformed() from None

    @contextmanager
    def ranks(self, world_size: int, gives_back: bool = False) -> Iterator[list[Submission]]:
        """`world_size` independent copies of the submission, one for each rank; closed at the end."""
        copies: list[Submission] = []
        try:
            for _ in range(world_size):
                copies.append(Submission(self.transport.spawn(gives_back)))
            yield copies
        finally:
            for copy in copies:
                copy.transport.close()

    def end(self) -> int:
        """Close this copy of the submission; the most bytes that its process held, 0 if it had none of its own."""
        self.settle()
        return self.transport.close()

    def _vjp(
        self, target: Any, method: str, args: Sequence[Any], wrt: Sequence[int], cotangent: Any
    ) -> tuple[Any, list[Any]]:
        reply = self._request(
            "vjp", target=target, method=method, args=list(args), kwargs={}, wrt=list(wrt), cotangent=cotangent
        )
        gradients = reply.get("gradients") if isinstance(reply, dict) else None
        if not isinstance(gradients, list) or len(gradients) != len(wrt):
            raise self._malformed()
        return reply.get("output"), gradients

    def _each(self, target: Any, method: str, arguments: Sequence[Sequence[Any]]) -> list[Any]:
        results = self._request("each", target=target, method=method, arguments=[list(args) for args in arguments])
        if not isinstance(results, list) or len(results) != len(arguments):
            raise self._malformed()
        return results

    def _kept(self, op: str, **fields: Any) -> Remote:
        self._held += 1
        self._tell(op, keep=self._held, **fields)
        return Remote(self, self._held)

    def _tell(self, op: str, **fields: Any) -> None:
        self._settled = False
        self.transport.send({"op": op, **fields}, self._lent)

    def _request(self, op: str, **fields: Any) -> Any:
        self._settled = True
        return self._value(self.transport.exchange({"op": op, **fields}, self._lent))

    def _value(self, reply: dict[str, Any]) -> Any:
        """What a reply brings, or raises."""
        if "ok" in reply:
            return reply["ok"]
        try:
            error = reply["error"]
            texts = {key: _text(error[key]) for key in ERROR_TEXTS}
            raise SubmissionRaised(bases=_texts(error["bases"]), **texts)
        except (TypeError, KeyError):
            raise self._malformed() from None

    def _malformed(self) -> SubmissionLost:
        """The end of a submission whose process sent what no honest one sends."""
        self.transport.close()
        return SubmissionLost("its process sent a malformed reply")


class Remote:
    """An object that stays with the submission."""

    def __init__(self, submission: Submission, identity: int) -> None:
        self.submission = submission
        self.identity = identity

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.call("", *args, **kwargs)

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """The value of one of its methods."""
        return self.submission._request("call", target=self, method=method, args=list(args), kwargs=kwargs, keep=0)

    def tell(self, method: str, *args: Any, **kwargs: Any) -> None:
        """Call one of its methods for what it does, not for its value."""
        self.submission._tell("call", target=self, method=method, args=list(args), kwargs=kwargs, keep=0)

    def each(self, inputs: Iterable[Any], method: str = "") -> list[Any]:
        """The values of one call of a method ("" calls the object itself) on each input: see `Submission.each`."""
        return self.submission._each(self, method, [(value,) for value in inputs])

    def build(self, method: str, *args: Any, **kwargs: Any) -> Remote:
        """Call a method and leave the result with the submission ("" calls the object itself)."""
        return self.submission._kept("call", target=self, method=method, args=list(args), kwargs=kwargs)

    def get(self, attribute: str) -> Any:
        return self.submission._request("get", target=self, attribute=attribute)

    def fetch(self) -> Any:
        """The held value itself."""
        return self.submission._request("fetch", target=self)

    def assign(self, value: Any) -> None:
        """Overwrite a held array in place."""
        self.submission._tell("assign", target=self, value=value)

    def vjp(self, method: str, *args: Any, wrt: Sequence[int], cotangent: Any) -> tuple[Any, list[Any]]:
        """As `Submission.vjp`, for a method ("" calls the object itself)."""
        return self.submission._vjp(self, method, args, wrt, cotangent)


def together(calls: Sequence[Any]) -> list[Any]:
    """Run argument-less callables at the same time, one thread each, and return their results in order.

    For ranks: each blocks in its own submission until the judge's network has served it.
    """
    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def served(call: dict[str, Any], lent: dict[int, Lent]) -> dict[str, Any]:
    """The answer to a submission's call of a lent object: {"ok": value} or {"error": built-in class, "message": …}."""
    identity, method, args, kwargs = (call.get(key) for key in ("invoke", "method", "args", "kwargs"))
    if type(identity) is not int or identity not in lent:
        raise ProtocolError("a call of an object that was not lent")
    if not isinstance(method, str) or not isinstance(args, list) or not isinstance(kwargs, dict):
        raise ProtocolError("a malformed call")
    try:
        return {"ok": lent[identity].invoke(method, args, kwargs)}
    except (ProtocolError, JudgeError, SubmissionLost):
        raise
    except Exception as error:
        kind = next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")
        return {"error": kind, "message": str(error)[:500]}


def mark_for_submission(value: Any) -> dict[str, Any] | None:
    """The protocol's marker for the judge's side: handles and lent objects."""
    if isinstance(value, Remote):
        return {"h": value.identity}
    if isinstance(value, Lent):
        return {"c": value.identity, "methods": list(value.methods)}
    return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value[:500]


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise TypeError
    return [_text(item) for item in value[:100]]
