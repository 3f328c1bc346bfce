"""Requests to a fake of the Messages API, through the SDK."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import anthropic
from fake_messages import Answer, FakeMessages
from scripted_agents import asks, says, text, use

PROMPT = "Look around, please."
EPHEMERAL = {"type": "ephemeral"}
BASH = {"type": "bash_20250124", "name": "bash"}
EDITOR = {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"}
PYTHON = {
    "name": "python",
    "description": "Runs Python.",
    "input_schema": {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]},
}
SUBMIT = {"name": "submit", "input_schema": {"type": "object", "properties": {}}}
ASK = {
    "model": "claude-haiku-4-5",
    "max_tokens": 1000,
    "tools": [BASH, EDITOR, PYTHON, SUBMIT],
    "messages": [{"role": "user", "content": PROMPT}],
}


def looks_around(messages: list[dict[str, Any]]) -> Answer:
    """Uses two tools, then says what it saw."""
    if len(messages) == 1:
        return asks(text("I look around."), use("bash", command="ls -l; echo 'and more'"), use("python", code="1 + 1"))
    return says("There is nothing to see.")


def client_of(base_url: str, max_retries: int = 0) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(base_url=base_url, api_key="test", max_retries=max_retries)


async def ask(base_url: str, *, streams: bool = False, max_retries: int = 0, **changes: Any) -> Any:
    """The message that comes back."""
    request: dict[str, Any] = {**ASK, **changes}
    async with client_of(base_url, max_retries) as client:
        if not streams:
            return await client.messages.create(**request)
        async with client.messages.stream(**request) as stream:
            return await stream.get_final_message()


def answered(messages: Any, message: Any) -> list[Any]:
    """The conversation with an answer, and a result for each tool that it uses."""
    results = [
        {"type": "tool_result", "tool_use_id": block.id, "content": f"{block.name} has run"}
        for block in message.content
        if block.type == "tool_use"
    ]
    return [*messages, {"role": "assistant", "content": message.content}, {"role": "user", "content": results}]


async def converse(base_url: str, streams: bool = False) -> list[Any]:
    """The two answers of `looks_around`."""
    first = await ask(base_url, streams=streams)
    return [first, await ask(base_url, streams=streams, messages=answered(ASK["messages"], first))]


def without_ids(message: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {**message.to_dict(), "id": None}
    return {**plain, "content": [{**block, "id": None} for block in plain["content"]]}


def served(coroutine: Callable[[FakeMessages], Any], agent: Any = looks_around, **options: Any) -> Any:
    """What a coroutine returns that is given a running fake, and the fake."""
    with FakeMessages(agent, **options) as fake:
        return asyncio.run(coroutine(fake)), fake


def cached(count: int, *lives: str) -> dict[str, Any]:
    controls = [{**EPHEMERAL, "ttl": life} for life in lives] or [EPHEMERAL] * count
    return {"system": [{**text("You solve exercises."), "cache_control": control} for control in controls]}
