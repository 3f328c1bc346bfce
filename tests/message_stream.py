"""A message of the Messages API as the events of a stream, and the body of its errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from message_rules import Block

PIECE = 16  # characters of a delta


def events(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A message as the events of a stream."""
    usage = message["usage"]
    begun: dict[str, Any] = {"content": [], "stop_reason": None, "stop_details": None}
    yield {"type": "message_start", "message": {**message, **begun, "usage": {**usage, "output_tokens": 1}}}
    for index, block in enumerate(message["content"]):
        started, deltas = _streamed(block)
        yield {"type": "content_block_start", "index": index, "content_block": started}
        if index == 0:
            yield {"type": "ping"}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    stop = {key: message[key] for key in ("stop_reason", "stop_sequence", "stop_details")}
    counts = {key: value for key, value in usage.items() if key.endswith("_tokens")}
    yield {"type": "message_delta", "delta": stop, "usage": counts}
    yield {"type": "message_stop"}


def _streamed(block: Block) -> tuple[Block, list[Block]]:
    """How a block starts, and what is then added to it."""
    match block["type"]:
        case "text":
            added = [{"type": "text_delta", "text": piece} for piece in _pieces(block["text"])]
            return {**block, "text": ""}, added
        case "tool_use":
            pieces = ["", *_pieces(json.dumps(block["input"]))]
            return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
        case _:
            added = [{"type": "thinking_delta", "thinking": piece} for piece in _pieces(block["thinking"])]
            signed = {"type": "signature_delta", "signature": block["signature"]}
            return {**block, "thinking": "", "signature": ""}, [*added, signed]


def _pieces(text: str) -> list[str]:
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def error_body(kind: str, message: str, request_id: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}
