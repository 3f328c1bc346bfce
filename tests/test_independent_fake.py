"""Our fake of the Messages API against an independent one: the same shape of answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import pytest
from fake_messages import Answer, FakeMessages
from independent_fake import independent_fake
from scripted_agents import asks, says, text, use

PROMPT = "Look around, please."
FIRST = asks(text("I look around, and I count."), use("bash", command="ls -l"), use("python", code="1 + 1"))
SECOND = says("There is nothing to see.")
REQUEST: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "max_tokens": 1000,
    "tools": [
        {"type": "bash_20250124", "name": "bash"},
        {"name": "python", "input_schema": {"type": "object", "properties": {"code": {"type": "string"}}}},
    ],
}


def looks_around(messages: list[dict[str, Any]]) -> Answer:
    return FIRST if len(messages) == 1 else SECOND


@pytest.fixture(scope="module")
def theirs(aimock: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with independent_fake(aimock, tmp_path_factory.mktemp("aimock"), [FIRST, SECOND]) as base_url:
        yield base_url


@pytest.fixture
def ours() -> Iterator[str]:
    with FakeMessages(looks_around) as fake:
        yield fake.base_url


async def conversation(base_url: str, streams: bool) -> list[Any]:
    """The answers to the prompt and to the results of the tools."""
    messages: list[Any] = [{"role": "user", "content": PROMPT}]
    answers: list[Any] = []
    async with anthropic.AsyncAnthropic(base_url=base_url, api_key="test", max_retries=0) as client:
        for _ in range(2):
            if streams:
                async with client.messages.stream(**REQUEST, messages=messages) as stream:
                    answer: Any = await stream.get_final_message()
            else:
                answer = await client.messages.create(**REQUEST, messages=messages)
            answers.append(answer)
            uses = [block.id for block in answer.content if block.type == "tool_use"]
            results = [{"type": "tool_result", "tool_use_id": identity, "content": "."} for identity in uses]
            messages += [{"role": "assistant", "content": answer.content}, {"role": "user", "content": results}]
    return answers


def shape(message: Any) -> dict[str, Any]:
    """What a client can rely on, without what differs from answer to answer."""
    return {
        "class": type(message),
        "fields": {key: getattr(message, key) for key in ("type", "role", "model", "stop_reason", "stop_sequence")},
        "blocks": [
            {key: value for key, value in block.to_dict().items() if key in ("type", "text", "name", "input")}
            for block in message.content
        ],
        "ids": [message.id.partition("_")[0], *(block.id.partition("_")[0] for block in message.content[1:])],
        "counts": [type(message.usage.input_tokens), type(message.usage.output_tokens)],
    }


async def event_kinds(base_url: str) -> list[str]:
    """The events of a stream in order, a run of deltas as one."""
    async with anthropic.AsyncAnthropic(base_url=base_url, api_key="test", max_retries=0) as client:
        stream = await client.messages.create(**REQUEST, messages=[{"role": "user", "content": PROMPT}], stream=True)
        kinds = [event.type async for event in stream]
    return [kind for kind, before in zip(kinds, ["", *kinds[:-1]], strict=True) if kind != before]


@pytest.mark.parametrize("streams", [False, True])
def test_both_fakes_answer_alike(theirs, ours, streams):
    expected, got = (asyncio.run(conversation(base_url, streams)) for base_url in (theirs, ours))
    assert [shape(message) for message in got] == [shape(message) for message in expected]


def test_both_fakes_stream_alike(theirs, ours):
    assert asyncio.run(event_kinds(ours)) == asyncio.run(event_kinds(theirs))
