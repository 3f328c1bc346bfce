"""A transcript as HTML to be read: what the model said, thought and called, and what came back.

A transcript is what a model and its code wrote, and may be anything: all of it is shown as text, whatever has not the
form of the Messages API is shown as JSON, and what is very long is cut in the middle.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import Any

Event = dict[str, Any]

BEGINNING, ENDING = 16_000, 4_000
"""Characters of a long text that are shown."""


def transcript(events: Sequence[Event]) -> str:
    """All events, in order."""
    names: dict[str, str] = {}  # of the tools that were called, by the id of the call
    parts, step = [], 0
    for event in events:
        kind = event.get("type") if isinstance(event, dict) else None
        if kind == "start":
            parts.append(_start(event))
        elif kind == "response":
            step += 1
            parts.append(_response(event, step, names))
        elif kind == "tool_results" and isinstance(event.get("content"), list):
            parts += [_result(block, names) for block in event["content"]]
        elif kind == "restart":
            parts.append('<p class="mark">It was resumed here: the tools were started anew.</p>')
        elif kind == "end":
            parts.append(f'<p class="mark">It ended: {escaped(event.get("outcome"))}.</p>')
        else:
            parts.append(_labelled("other", "event", block_of(event)))
    return "".join(parts)


def block_of(value: Any) -> str:
    """A text as it is, anything else as JSON."""
    if not isinstance(value, str):
        value = _as_json(value)
    left_out = len(value) - BEGINNING - ENDING
    if left_out > 0:
        note = f"\n\n[… {left_out:,} characters are left out here; the transcript's file has them …]\n\n"
        value = value[:BEGINNING] + note + value[-ENDING:]
    # A line break at the beginning of <pre> is dropped by browsers: this one, not the text's own.
    return f"<pre>\n{html.escape(value)}</pre>"


def _as_json(value: Any) -> str:
    try:
        return json.dumps(value, indent=2, ensure_ascii=False)
    except RecursionError:
        return "[nested too deeply to be shown; the transcript's file has it]"


def escaped(value: Any) -> str:
    """A short value inside a sentence."""
    return html.escape(str(value)[:200])


def _start(event: Event) -> str:
    given = {name: event.get(name) for name in ("system", "prompt", "tools")}
    parts = [_labelled("given", name, block_of(value)) for name, value in given.items() if value]
    files = event.get("files")
    if isinstance(files, dict):
        parts += [_labelled("given", f"file {name}", block_of(text)) for name, text in files.items()]
    elif files:
        parts.append(_labelled("given", "files", block_of(files)))
    return f'<details class="start"><summary>What it was given</summary>{"".join(parts)}</details>'


def _response(event: Event, step: int, names: dict[str, str]) -> str:
    message = event.get("message")
    blocks = message.get("content") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(blocks, list):
        return _labelled("other", "response", block_of(event))
    usage = message.get("usage")
    written = usage.get("output_tokens") if isinstance(usage, dict) else None
    facts = [f"step {step}", f"{escaped(event.get('seconds'))} s"]
    facts += [f"{escaped(written)} tokens written"] if written is not None else []
    facts += [f"stopped: {escaped(message.get('stop_reason'))}"]
    return f'<p class="step">{" · ".join(facts)}</p>' + "".join(_block(block, names) for block in blocks)


def _block(block: Any, names: dict[str, str]) -> str:
    """One block of a response."""
    kind = block.get("type") if isinstance(block, dict) else None
    if kind == "text" and isinstance(block.get("text"), str):
        return _labelled("said", "the model", block_of(block["text"]))
    if kind == "thinking" and isinstance(block.get("thinking"), str):
        return _labelled("thought", "thinking", block_of(block["thinking"] or "(not shown by the service)"))
    if kind == "tool_use":
        name = str(block.get("name"))
        names[str(block.get("id"))] = name
        return _labelled("call", f"calls {name}", _input(block.get("input")))
    return _labelled("other", str(kind), block_of(block))


def _input(given: Any) -> str:
    """A call's arguments: texts as they are, so that code reads as code."""
    if not isinstance(given, dict):
        return block_of(given)
    parts = []
    for name, value in given.items():
        short = not isinstance(value, str) or ("\n" not in value and len(value) <= 100)
        shown = f" <code>{html.escape(value)}</code>" if short and isinstance(value, str) else block_of(value)
        parts.append(f'<div><span class="name">{escaped(name)}</span>{shown}</div>')
    return "".join(parts)


def _result(block: Any, names: dict[str, str]) -> str:
    """What one call gave."""
    if not isinstance(block, dict) or block.get("type") != "tool_result":
        return _labelled("other", "result", block_of(block))
    content = block.get("content")
    parts = content if isinstance(content, list) else [content if content is not None else ""]
    shown = "".join(
        block_of(part["text"] if isinstance(part, dict) and isinstance(part.get("text"), str) else part)
        for part in parts
    )
    name = names.get(str(block.get("tool_use_id")), "an unknown call")
    error = block.get("is_error")
    return _labelled("result error" if error else "result", f"{'error' if error else 'result'} of {name}", shown)


def _labelled(kind: str, label: str, body: str) -> str:
    return f'<div class="{kind}"><div class="label">{escaped(label)}</div>{body}</div>'
