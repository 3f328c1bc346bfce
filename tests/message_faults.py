"""What a fake of the Messages API remembers of a request, and what a script can order to go wrong with its answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ErrorStatus:
    """An error instead of an answer."""

    status: int
    kind: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)


def rate_limited(retry_after: float = 0.01) -> ErrorStatus:
    message = "This request would exceed your organization's rate limit"
    return ErrorStatus(429, "rate_limit_error", message, {"retry-after": f"{retry_after:g}"})


def overloaded(retry_after: float = 0.01) -> ErrorStatus:
    """The API sends no retry-after with it; a client that waits for less than half a second makes tests fast."""
    return ErrorStatus(529, "overloaded_error", "Overloaded", {"retry-after": f"{retry_after:g}"})


@dataclass(frozen=True)
class ErrorInStream:
    """A stream that ends in an `error` event after so many events."""

    after: int = 3


@dataclass(frozen=True)
class TruncatedStream:
    """A stream that ends, as if it were complete, after so many events."""

    after: int = 5


@dataclass(frozen=True)
class Dropped:
    """A connection that is reset after so many events of a stream, or before a whole answer."""

    after: int = 0


@dataclass(frozen=True)
class SlowBytes:
    """An answer that comes byte by byte."""

    seconds: float = 0.0001
    """Between two bytes."""


@dataclass(frozen=True)
class Held:
    """An answer that waits for an event, or for the end of the fake."""

    until: threading.Event


@dataclass(frozen=True)
class NotJSON:
    """Something else, with the status of a success."""

    body: str = "<html><body>Bad gateway</body></html>"
    content_type: str = "application/json"


Fault = ErrorStatus | ErrorInStream | TruncatedStream | Dropped | SlowBytes | Held | NotJSON


@dataclass
class Request:
    """One request, and what became of it."""

    number: int
    """In order of arrival, from 0. A repetition by the client is a request of its own."""
    target: str
    """`POST /v1/messages`, or what else was asked for."""
    headers: dict[str, str]
    """Names in lower case."""
    body: dict[str, Any] | None = None
    """None where it was no JSON object."""
    arrived: float = field(default_factory=time.monotonic)
    status: int | None = None
    """None where no status was sent."""
    refused: str = ""
    """Why the request was refused with 4xx."""
    fault: Fault | None = None
    message: dict[str, Any] | None = None
    """The whole answer, even where a fault keeps it from arriving whole; None where there is none."""

    @property
    def streams(self) -> bool:
        return bool(self.body and self.body.get("stream"))


def at(faults: Mapping[int, Fault]) -> Callable[[Request], Fault | None]:
    """Faults by the number of the request."""
    return lambda request: faults.get(request.number)
