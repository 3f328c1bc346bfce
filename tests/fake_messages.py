"""A strict fake of Anthropic's Messages API on a loopback socket: no key, no network, no model.

    with FakeMessages(solves()) as fake:
        client = anthropic.AsyncAnthropic(base_url=fake.base_url, api_key="test")
        …
    assert [request.status for request in fake.requests] == [200, 200]

An agent answers in the model's place: see `scripted_agents`. What a request must be like stands in `message_rules`.
What goes wrong is ordered by a function of the request: `faults=at({0: rate_limited(), 2: TruncatedStream()})`.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from message_faults import (
    Dropped,
    ErrorInStream,
    ErrorStatus,
    Fault,
    Held,
    NotJSON,
    Request,
    SlowBytes,
    TruncatedStream,
)
from message_rules import (
    Block,
    Refused,
    check,
    check_headers,
    content_of,
    fingerprint,
    parsed,
    prompt_blocks,
    signature,
)
from message_stream import error_body, events

MODELS = {  # as asked: as answered
    **{name: name for name in ("claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5")},
    "claude-haiku-4-5": "claude-haiku-4-5-20251001",
    "claude-haiku-4-5-20251001": "claude-haiku-4-5-20251001",
}
LOOKBACK = 20  # blocks before a breakpoint among which a cached prefix is found


@dataclass(frozen=True)
class Answer:
    """What an agent says. Its tool_use blocks need no id and its thinking blocks no signature: they get one."""

    content: list[Block]
    stop_reason: str
    stop_details: dict[str, Any] | None = None


Agent = Callable[[list[dict[str, Any]]], Answer]
"""From the messages of a request to the answer. It keeps nothing, so it serves any number of conversations."""


class FakeMessages:
    """The server, while it is entered. Requests are answered at the same time, each in a thread."""

    def __init__(
        self,
        agent: Agent,
        *,
        faults: Callable[[Request], Fault | None] = lambda request: None,
        models: Mapping[str, str] = MODELS,
    ) -> None:
        self.agent = agent
        self.faults = faults
        self.models = models
        self.requests: list[Request] = []
        self.most_in_flight = 0
        """The highest number of requests that were being answered at once."""
        self.problems: list[BaseException] = []
        """What an agent or the fake itself raised: the client got status 500, and the first is raised at the end."""
        self.in_flight = 0
        self.lock = threading.Lock()
        self.connections: set[socket.socket] = set()
        self.cached: set[str] = set()
        self.paused: set[str] = set()
        self.ids = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> FakeMessages:
        self.ended = False
        self.held: list[threading.Event] = []
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.fake = self
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def __exit__(self, *exception: Any) -> None:
        self.server.shutdown()
        with self.lock:
            self.ended = True
            for event in self.held:
                event.set()
            for connection in self.connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)  # a client may keep an idle connection open
        self.server.server_close()
        self.thread.join()
        if self.problems:
            raise self.problems[0]

    def received(self, target: str, headers: Mapping[str, str]) -> Request:
        with self.lock:
            names = {name.lower(): value for name, value in headers.items()}
            request = Request(len(self.requests), target, names)
            self.requests.append(request)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            return request

    def finished(self) -> None:
        with self.lock:
            self.in_flight -= 1

    def wait(self, event: threading.Event) -> None:
        with self.lock:
            self.held.append(event)
            if self.ended:
                event.set()
        event.wait()

    def answer(self, request: Request, raw: bytes) -> None:
        """Find the message that answers a request, unless an error is to stand in its place. Raises Refused."""
        if request.target.partition("?")[0] != "POST /v1/messages":
            raise Refused("Not found", 404, "not_found_error")
        check_headers(request.headers)
        request.body = parsed(raw)
        check(request.body, self.models, lambda content: _digest(content) in self.paused)
        request.fault = self.faults(request)
        if not isinstance(request.fault, ErrorStatus):
            answer = self.agent(request.body["messages"])
            with self.lock:
                request.message = self._message(request.body, answer)

    def _message(self, body: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
        answer = _cut(answer, body["max_tokens"])
        content = [self._completed(block) for block in answer.content]
        if answer.stop_reason == "pause_turn":
            self.paused.add(_digest(content))
        written = body["max_tokens"] if answer.stop_reason == "max_tokens" else max(1, sum(map(tokens, content)))
        return {
            "id": self._new_id("msg"),
            "type": "message",
            "role": "assistant",
            "model": self.models[body["model"]],
            "content": content,
            "stop_reason": answer.stop_reason,
            "stop_sequence": None,
            "stop_details": answer.stop_details,
            "usage": {**self._prompt_usage(body), "output_tokens": written, "service_tier": "standard"},
        }

    def _completed(self, block: Block) -> Block:
        if block["type"] == "tool_use":
            return {"id": self._new_id("toolu"), **block}
        if block["type"] == "thinking":
            return {**block, "signature": signature(block["thinking"])}
        return block

    def _new_id(self, kind: str) -> str:
        self.ids += 1
        return f"{kind}_fake{self.ids:06d}"

    def _prompt_usage(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """How many tokens of the prompt were read from the cache, were written to it, or neither."""
        blocks = prompt_blocks(body)
        if body.get("cache_control") is not None:
            blocks[-1] = {**blocks[-1], "cache_control": body["cache_control"]}
        counts = [tokens(block) for block in blocks]
        prefixes, prefix = [], str(body["model"])
        for block in blocks:
            prefix = _digest([{"before": prefix, "block": fingerprint(block)}])
            prefixes.append(prefix)
        breakpoints = [index for index, block in enumerate(blocks) if block.get("cache_control") is not None]
        found = {
            index
            for breakpoint in breakpoints
            for index in range(max(0, breakpoint - LOOKBACK + 1), breakpoint + 1)
            if prefixes[index] in self.cached
        }
        done = max(found, default=-1) + 1  # so many blocks are read from the cache
        read, created = sum(counts[:done]), {"5m": 0, "1h": 0}
        for index in breakpoints:
            if index >= done:
                created[blocks[index]["cache_control"].get("ttl", "5m")] += sum(counts[done : index + 1])
                done = index + 1
        self.cached.update(prefixes[index] for index in breakpoints)
        return {
            "input_tokens": sum(counts[done:]),
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": sum(created.values()),
            "cache_creation": {f"ephemeral_{life}_input_tokens": count for life, count in created.items()},
        }


def tokens(block: Block) -> int:
    """About as many as a model would count."""
    return len(fingerprint(block)) // 4 + 1


def _digest(content: Any) -> str:
    return signature("\n".join(fingerprint(block) for block in content_of({"content": content})))


def _cut(answer: Answer, limit: int) -> Answer:
    """The answer, or as many of its tokens as are allowed."""
    kept: list[Block] = []
    for block in answer.content:
        left = limit - sum(map(tokens, kept))
        if tokens(block) > left:
            text = block.get("text", "")[: 4 * left]
            return Answer([*kept, {**block, "text": text}] if text else kept, "max_tokens")
        kept.append(block)
    return answer


class _Server(ThreadingHTTPServer):
    fake: FakeMessages
    daemon_threads = False  # all are joined at the end
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no problem of ours."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    connection: socket.socket

    def setup(self) -> None:
        super().setup()
        with self.server.fake.lock:
            self.server.fake.connections.add(self.connection)
            ended = self.server.fake.ended
        if ended:
            self.connection.shutdown(socket.SHUT_RDWR)

    def finish(self) -> None:
        super().finish()
        with self.server.fake.lock:
            self.server.fake.connections.discard(self.connection)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("content-length", 0))))

    def _serve(self, raw: bytes) -> None:
        fake = self.server.fake
        self.request_now = request = fake.received(f"{self.command} {self.path}", dict(self.headers.items()))
        self.in_flight = True
        self.pause = 0.0
        try:
            fake.answer(request, raw)
            self._answer(request)
        except Refused as error:
            request.refused = error.message
            self._send_error(ErrorStatus(error.status, error.kind, error.message))
        except OSError:  # the client has gone
            self.close_connection = True
        except Exception as error:
            fake.problems.append(error)
            self._send_error(ErrorStatus(500, "api_error", f"{type(error).__name__}: {error}"))
        finally:
            self._done()

    def _answer(self, request: Request) -> None:
        fault = request.fault
        match fault:
            case ErrorStatus():
                self._send_error(fault)
                return
            case NotJSON():
                self._send(200, fault.body.encode(), fault.content_type)
                return
            case SlowBytes():
                self.pause = fault.seconds
            case Held():
                self.server.fake.wait(fault.until)
        assert request.message is not None
        if request.streams:
            self._stream(list(events(request.message)), fault)
        elif isinstance(fault, Dropped):
            self._reset()
        elif isinstance(fault, ErrorInStream | TruncatedStream):
            raise ValueError(f"{fault} was ordered for a request that asks for no stream")
        else:
            self._send(200, json.dumps(request.message).encode(), "application/json")

    def _stream(self, sent: list[dict[str, Any]], fault: Fault | None) -> None:
        if isinstance(fault, ErrorInStream | TruncatedStream | Dropped):
            if fault.after >= len(sent):
                raise ValueError(f"{fault} was ordered for a stream of {len(sent)} events")
            sent = sent[: fault.after]
        if isinstance(fault, ErrorInStream):
            sent.append(error_body("overloaded_error", "Overloaded", self._request_id()))
        if isinstance(fault, Dropped) and not sent:
            self._reset()
            return
        self._head(200, {"content-type": "text/event-stream; charset=utf-8", "transfer-encoding": "chunked"})
        for event in sent:
            if event is sent[-1]:
                self._done()  # before the client can know, and ask for more
            data = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
            self._write(b"%x\r\n%s\r\n" % (len(data), data))
        if isinstance(fault, Dropped):
            self._reset()
        else:
            self._finish(b"0\r\n\r\n")

    def _send_error(self, error: ErrorStatus) -> None:
        body = error_body(error.kind, error.message, self._request_id())
        self._send(error.status, json.dumps(body).encode(), "application/json", error.headers)

    def _send(self, status: int, body: bytes, content_type: str, headers: Mapping[str, str] = {}) -> None:
        self._head(status, {"content-type": content_type, "content-length": str(len(body)), **headers})
        self._finish(body)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.request_now.status = status
        self.send_response(status)
        self.send_header("request-id", self._request_id())
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _request_id(self) -> str:
        return f"req_fake{self.request_now.number:06d}"

    def _write(self, data: bytes) -> None:
        if not self.pause:
            self.wfile.write(data)
            return
        for place in range(len(data)):
            self.wfile.write(data[place : place + 1])
            time.sleep(self.pause)

    def _finish(self, data: bytes) -> None:
        self._write(data[:-1])
        self._done()  # as above
        self.wfile.write(data[-1:])

    def _done(self) -> None:
        if self.in_flight:
            self.in_flight = False
            self.server.fake.finished()

    def _reset(self) -> None:
        self._done()
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
