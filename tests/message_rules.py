"""What the Messages API demands of a request, as a strict fake checks it: see `fake_messages`.

In a few places it is stricter than the API, because nothing of ours needs more: roles alternate (the API would join two
turns of one role), only text comes from users, and only the tools that our agents have are known.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jsonschema

Block = dict[str, Any]

KEY = "test"
VERSIONS = ("2023-06-01", "2026-10-21")
ARGUMENTS = set(
    "max_tokens messages model cache_control inference_geo metadata output_config service_tier speed stop_sequences "
    "stream system thinking tool_choice tools".split()
)
TOOL_OPTIONS = {"name", "type", "cache_control", "allowed_callers", "defer_loading", "input_examples", "strict"}
TRAINED_TOOLS = {  # by type: their name and further options
    "bash_20250124": ("bash", set[str]()),
    "text_editor_20250728": ("str_replace_based_edit_tool", {"max_characters"}),
}
BLOCKS = {  # by type: required fields and optional ones
    "text": ({"text"}, {"cache_control", "citations"}),
    "tool_use": ({"id", "name", "input"}, {"cache_control", "caller", "toolset_name"}),
    "tool_result": ({"tool_use_id"}, {"cache_control", "content", "is_error", "toolset_name"}),
    "thinking": ({"thinking", "signature"}, set[str]()),
}
BLOCKS_OF = {"user": ("text", "tool_result"), "assistant": ("text", "tool_use", "thinking")}
EFFORTS = ("low", "medium", "high", "xhigh", "max")
BREAKPOINTS = 4


class Refused(Exception):
    """A request that the API would not answer."""

    def __init__(self, message: str, status: int = 400, kind: str = "invalid_request_error") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind


def check_headers(headers: Mapping[str, str]) -> None:
    """Raises Refused. Names of headers are in lower case."""
    # The SDK sends its key as a bearer's token from 2.x on, as x-api-key before that.
    key = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
    if not key:
        raise Refused("x-api-key header is required", 401, "authentication_error")
    if key != KEY:
        raise Refused("invalid x-api-key", 401, "authentication_error")
    if headers.get("anthropic-version") is None:
        raise Refused("anthropic-version: header is required")
    if headers["anthropic-version"] not in VERSIONS:
        raise Refused(f"anthropic-version: {headers['anthropic-version']!r} is not a valid version")
    if not headers.get("content-type", "").startswith("application/json"):
        raise Refused("content-type: must be application/json")


def parsed(raw: bytes) -> dict[str, Any]:
    """Raises Refused for what is no JSON object."""
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Refused(f"The request body is not valid JSON: {error}") from None
    if not isinstance(body, dict):
        raise Refused("The request body is not a JSON object")
    return body


def check(body: dict[str, Any], models: Iterable[str], paused: Callable[[Any], bool]) -> None:
    """Raises Refused. `paused` tells whether an assistant's content is that of a turn that was paused."""
    _fields(body, {"model", "max_tokens", "messages"}, ARGUMENTS, "")
    if body["model"] not in list(models):
        raise Refused(f"model: {body['model']}", 404, "not_found_error")
    _demand(_whole(body["max_tokens"]) and body["max_tokens"] >= 1, "max_tokens: must be at least 1")
    _demand(isinstance(body.get("stream", False), bool), "stream: must be a boolean")
    _settings(body)
    names = _tools(body.get("tools", []))
    _tool_choice(body.get("tool_choice"), names)
    _system(body.get("system"))
    _messages(body["messages"], paused)
    blocks = [block for message in body["messages"] for block in content_of(message)]
    if not names:
        _demand(
            not any(block["type"] in ("tool_use", "tool_result") for block in blocks),
            "tools: a request which has `tool_use` or `tool_result` blocks must define tools",
        )
    _breakpoints(body)


def content_of(message: Mapping[str, Any]) -> list[Block]:
    """The content of a message, or of a tool's result, as blocks."""
    content = message.get("content") or []
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def fingerprint(block: Mapping[str, Any]) -> str:
    """The block's text as JSON, without what does not count as its content."""
    kept = {key: value for key, value in block.items() if key != "cache_control" and value is not None}
    return json.dumps(kept, sort_keys=True)


def signature(thinking: str) -> str:
    """By which a thinking block is known to come from here."""
    return hashlib.sha256(thinking.encode()).hexdigest()


def _demand(holds: object, message: str) -> None:
    if not holds:
        raise Refused(message)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _fields(value: Any, required: set[str], allowed: set[str], where: str) -> None:
    """`value` is an object with these fields and no other."""
    _demand(isinstance(value, dict), f"{where}: Input should be an object")
    prefix = f"{where}." if where else ""
    for name in sorted(required - set(value)):
        raise Refused(f"{prefix}{name}: Field required")
    for name in sorted(set(value) - required - allowed):
        raise Refused(f"{prefix}{name}: Extra inputs are not permitted")


def _settings(body: Mapping[str, Any]) -> None:
    thinking = body.get("thinking")
    if thinking is not None:
        kind = thinking.get("type") if isinstance(thinking, dict) else None
        _demand(kind in ("adaptive", "between_tools", "disabled", "enabled"), f"thinking.type: unknown: {kind!r}")
        if kind == "enabled":
            budget = thinking.get("budget_tokens")
            _demand(_whole(budget) and budget >= 1024, "thinking.enabled.budget_tokens: must be at least 1024")
            _demand(budget < body["max_tokens"], "`max_tokens` must be greater than `thinking.budget_tokens`")
    config = body.get("output_config")
    if config is not None:
        _fields(config, set(), {"effort", "format"}, "output_config")
        _demand(config.get("effort") in (None, *EFFORTS), f"output_config.effort: must be one of {', '.join(EFFORTS)}")
    sequences = body.get("stop_sequences", [])
    _demand(isinstance(sequences, list), "stop_sequences: Input should be a valid list")
    for index, sequence in enumerate(sequences):
        _demand(
            isinstance(sequence, str) and sequence.strip(),
            f"stop_sequences.{index}: each stop sequence must contain non-whitespace",
        )


def _tools(tools: Any) -> list[str]:
    """The names of the tools."""
    _demand(isinstance(tools, list), "tools: Input should be a valid list")
    for index, tool in enumerate(tools):
        where = f"tools.{index}"
        _demand(isinstance(tool, dict), f"{where}: Input should be an object")
        kind = tool.get("type") or "custom"
        if kind == "custom":
            options = TOOL_OPTIONS | {"description", "eager_input_streaming"}
            _fields(tool, {"name", "input_schema"}, options, f"{where}.custom")
            named = isinstance(tool["name"], str) and re.fullmatch(r"[a-zA-Z0-9_-]{1,128}", tool["name"])
            _demand(named, f"{where}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'")
            schema = tool["input_schema"]
            _demand(isinstance(schema, dict), f"{where}.custom.input_schema: Input should be an object")
            _demand(schema.get("type") == "object", f"{where}.custom.input_schema.type: Input should be 'object'")
            valid = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA).is_valid(schema)
            _demand(valid, f"{where}.custom.input_schema: JSON schema is invalid. It must match draft 2020-12")
            described = isinstance(tool.get("description", ""), str)
            _demand(described, f"{where}.custom.description: Input should be a valid string")
        elif kind in list(TRAINED_TOOLS):
            name, options = TRAINED_TOOLS[kind]
            _fields(tool, {"name", "type"}, TOOL_OPTIONS | options, f"{where}.{kind}")
            _demand(tool["name"] == name, f"{where}.{kind}.name: Input should be '{name}'")
        else:
            raise Refused(f"{where}: Input tag {kind!r} does not match any of the expected tags")
    names = [tool["name"] for tool in tools]
    _demand(len(set(names)) == len(names), "tools: Tool names must be unique.")
    return names


def _tool_choice(choice: Any, names: list[str]) -> None:
    if choice is None:
        return
    kind = choice.get("type") if isinstance(choice, dict) else None
    _demand(kind in ("auto", "any", "tool", "none"), f"tool_choice.type: unknown: {kind!r}")
    _demand(names, "tool_choice may only be specified while providing tools")
    if kind == "tool":
        _demand(choice.get("name") in names, f"Tool '{choice.get('name')}' not found in provided tools")


def _system(system: Any) -> None:
    if system is None or isinstance(system, str):
        return
    _demand(isinstance(system, list), "system: Input should be a string or a list of text blocks")
    for index, block in enumerate(system):
        _block(block, ("text",), f"system.{index}")


def _messages(messages: Any, paused: Callable[[Any], bool]) -> None:
    _demand(isinstance(messages, list) and messages, "messages: at least one message is required")
    for index, message in enumerate(messages):
        where = f"messages.{index}"
        _fields(message, {"role", "content"}, set(), where)
        role = message["role"]
        _demand(role in list(BLOCKS_OF), f"{where}.role: Input should be 'user' or 'assistant'")
        _demand(index > 0 or role == "user", 'messages: first message must use the "user" role')
        _demand(message["content"], f"{where}: all messages must have non-empty content")
        _demand(isinstance(message["content"], str | list), f"{where}.content: Input should be a string or a list")
        for place, block in enumerate(content_of(message)):
            _block(block, BLOCKS_OF[role], f"{where}.content.{place}")
        if index > 0 and messages[index - 1]["role"] == role:
            goes_on = role == "assistant" and paused(messages[index - 1]["content"])
            _demand(goes_on, f'{where}: roles must alternate between "user" and "assistant"')
    if messages[-1]["role"] == "assistant" and not _uses(messages[-1]):
        _demand(
            paused(messages[-1]["content"]),
            "This model does not support assistant message prefill. The conversation must end with a user message.",
        )
    _pairs(messages)


def _block(block: Any, kinds: tuple[str, ...], where: str) -> None:
    _demand(isinstance(block, dict) and "type" in block, f"{where}.type: Field required")
    kind = block["type"]
    _demand(kind in kinds, f"{where}: Input tag {kind!r} does not match any of the expected tags: {', '.join(kinds)}")
    required, optional = BLOCKS[kind]
    _fields(block, required | {"type"}, optional, f"{where}.{kind}")
    match kind:
        case "text":
            _demand(isinstance(block["text"], str), f"{where}.text.text: Input should be a valid string")
            _demand(block["text"], f"{where}: text content blocks must be non-empty")
            _demand(block["text"].strip(), f"{where}: text content blocks must contain non-whitespace text")
        case "tool_use":
            well_formed = isinstance(block["id"], str) and re.fullmatch(r"[a-zA-Z0-9_-]+", block["id"])
            _demand(well_formed, f"{where}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'")
            _demand(isinstance(block["name"], str) and block["name"], f"{where}.tool_use.name: is required")
            _demand(isinstance(block["input"], dict), f"{where}.tool_use.input: Input should be an object")
        case "tool_result":
            _demand(isinstance(block["tool_use_id"], str), f"{where}.tool_use_id: Input should be a valid string")
            _demand(isinstance(block.get("is_error", False), bool), f"{where}.is_error: Input should be a boolean")
            content = block.get("content", "")
            _demand(isinstance(content, str | list), f"{where}.content: Input should be a string or a list")
            _demand(
                content or not block.get("is_error"),
                f"{where}.tool_result: content cannot be empty if `is_error` is true",
            )
            if isinstance(content, list):
                for place, part in enumerate(content):
                    _block(part, ("text",), f"{where}.tool_result.content.{place}")
                    _demand("cache_control" not in part, f"{where}: cache_control stands on a tool_result, not inside")
        case "thinking":
            unchanged = isinstance(block["thinking"], str) and block["signature"] == signature(block["thinking"])
            _demand(unchanged, f"{where}: Invalid `signature` in `thinking` block")


def _uses(message: Mapping[str, Any]) -> list[str]:
    """The ids of a message's tool_use blocks."""
    return [block["id"] for block in content_of(message) if block["type"] == "tool_use"]


def _pairs(messages: list[dict[str, Any]]) -> None:
    """Each tool_use is answered by one tool_result at the head of the next message, and no other is there."""
    seen: set[str] = set()
    asked: list[str] = []
    for index, message in enumerate(messages):
        answered: list[str] = []
        others = False
        for place, block in enumerate(content_of(message)):
            where = f"messages.{index}.content.{place}"
            if block["type"] != "tool_result":
                others = True
                continue
            identity = block["tool_use_id"]
            _demand(
                identity in asked,
                f"{where}: unexpected `tool_use_id` found in `tool_result` blocks: {identity}. Each `tool_result` "
                "block must have a corresponding `tool_use` block in the previous message.",
            )
            _demand(
                identity not in answered,
                f"{where}: each tool_use must have a single result. Found multiple `tool_result` blocks with id: "
                f"{identity}",
            )
            _demand(not others, f"{where}: `tool_result` blocks must come before all other content")
            answered.append(identity)
        _unanswered(index - 1, [identity for identity in asked if identity not in answered])
        asked = _uses(message)
        for identity in asked:
            _demand(identity not in seen, f"messages.{index}: `tool_use` ids must be unique: {identity}")
            seen.add(identity)
    _unanswered(len(messages) - 1, asked)


def _unanswered(index: int, missing: list[str]) -> None:
    _demand(
        not missing,
        f"messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: "
        f"{', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block in the next "
        "message.",
    )


def _breakpoints(body: Mapping[str, Any]) -> None:
    """Where the prompt is to be cached: at no more than four places, those that are kept longer first."""
    controls = [item["cache_control"] for item in (*prompt_blocks(body), body) if item.get("cache_control") is not None]
    for control in controls:
        _fields(control, {"type"}, {"ttl"}, "cache_control")
        _demand(control["type"] == "ephemeral", "cache_control.type: Input should be 'ephemeral'")
        _demand(control.get("ttl", "5m") in ("5m", "1h"), "cache_control.ttl: Input should be '5m' or '1h'")
    _demand(
        len(controls) <= BREAKPOINTS,
        f"A maximum of {BREAKPOINTS} blocks with cache_control may be provided. Found {len(controls)}.",
    )
    lives = [control.get("ttl", "5m") for control in controls]
    _demand(
        lives == sorted(lives),  # "1h" comes before "5m"
        "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block",
    )


def prompt_blocks(body: Mapping[str, Any]) -> list[Block]:
    """All of the prompt in the order in which the model reads it: tools, system, messages."""
    system = content_of({"content": body.get("system")})
    return [*body.get("tools", []), *system, *(block for message in body["messages"] for block in content_of(message))]
