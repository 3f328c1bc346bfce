"""The strict fake of the Messages API, through the SDK: what it refuses, what goes wrong with it, what it counts."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import anthropic
import httpx2
import pytest
from fake_messages import Answer, FakeMessages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from message_faults import (
    Dropped,
    ErrorInStream,
    Fault,
    Held,
    NotJSON,
    Request,
    SlowBytes,
    TruncatedStream,
    at,
    overloaded,
    rate_limited,
)
from message_rules import VERSIONS
from scripted_agents import asks, pauses_once, says, text, thinks, use

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
ERROR_FIELDS = {"type", "error", "request_id"}


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


# --- what is accepted


@pytest.mark.parametrize("streams", [False, True])
def test_a_conversation_with_tools(streams):
    (first, second), fake = served(lambda fake: converse(fake.base_url, streams))
    assert first.model == "claude-haiku-4-5-20251001" and first.stop_reason == "tool_use"
    assert [block.type for block in first.content] == ["text", "tool_use", "tool_use"]
    assert first.content[1].input == {"command": "ls -l; echo 'and more'"}
    assert second.stop_reason == "end_turn" and second.content[0].text == "There is nothing to see."
    assert [request.status for request in fake.requests] == [200, 200]
    assert len(fake.requests[1].body["messages"]) == 3 and fake.requests[1].streams is streams
    assert fake.requests[0].message["id"] == first.id != second.id
    assert fake.most_in_flight == 1


TEXTS = st.text(min_size=1).map(text)
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=5)
USES = st.dictionaries(st.text(), JSON, max_size=3).map(
    lambda given: {"type": "tool_use", "name": "bash", "input": given}
)
THOUGHTS = st.text(min_size=1).map(lambda words: {"type": "thinking", "thinking": words})


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS | USES | THOUGHTS, max_size=4))
def test_a_stream_brings_the_same_message(content):
    async def both(fake):
        return [await ask(fake.base_url, streams=streams, max_tokens=20_000) for streams in (False, True)]

    messages, _ = served(both, lambda messages: Answer(content, "end_turn"))
    whole, streamed = (without_ids(message) for message in messages)
    assert [block["type"] for block in whole["content"]] == [block["type"] for block in content]
    assert {key: streamed[key] for key in whole} == whole


def test_the_events_of_a_stream_come_in_order():
    async def kinds(fake):
        async with client_of(fake.base_url) as client:
            return [event.type async for event in await client.messages.create(**ASK, stream=True)]

    kinds_seen, _ = served(kinds)
    block = ["content_block_start", "content_block_delta", "content_block_stop"]
    assert [kind for kind, before in zip(kinds_seen, ["", *kinds_seen], strict=False) if kind != before] == [
        "message_start",
        *block * 3,
        "message_delta",
        "message_stop",
    ]


def test_thinking_is_passed_back_unchanged_or_refused():
    async def both(fake):
        first = await ask(fake.base_url, thinking={"type": "adaptive"})
        conversation = answered(ASK["messages"], first)
        second = await ask(fake.base_url, thinking={"type": "adaptive"}, messages=conversation)
        first.content[0].thinking = "Something else."
        with pytest.raises(anthropic.BadRequestError, match="Invalid `signature` in `thinking` block"):
            await ask(fake.base_url, messages=conversation)
        return first, second

    (first, second), _ = served(both, thinks(looks_around))
    assert [message.content[0].type for message in (first, second)] == ["thinking", "thinking"]


def test_a_paused_turn_is_taken_up_again():
    async def resumed(fake):
        first = await ask(fake.base_url)
        paused = [*ASK["messages"], {"role": "assistant", "content": first.content}]
        second = await ask(fake.base_url, messages=paused)
        third = await ask(fake.base_url, messages=answered(paused, second))
        return [message.stop_reason for message in (first, second, third)]

    reasons, _ = served(resumed, pauses_once(looks_around))
    assert reasons == ["pause_turn", "tool_use", "end_turn"]


def test_an_answer_is_cut_at_max_tokens():
    message, _ = served(
        lambda fake: ask(fake.base_url, max_tokens=20), lambda messages: says("And so on, and so on. " * 100)
    )
    assert message.stop_reason == "max_tokens" and message.usage.output_tokens == 20
    assert 0 < len(message.content[0].text) < 100


# --- what is refused

USED = {
    "role": "assistant",
    "content": [
        text("I look."),
        {"type": "tool_use", "id": "toolu_1", "name": "bash", "input": {"command": "ls"}},
        {"type": "tool_use", "id": "toolu_2", "name": "bash", "input": {"command": "ls"}},
    ],
}
ONE, TWO, THREE = ({"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": "."} for number in (1, 2, 3))
ASKED = ASK["messages"][0]


def said(*content: Any) -> list[dict[str, Any]]:
    """A conversation in which the user answers the two uses of tools with this."""
    return [ASKED, USED, {"role": "user", "content": list(content)}]


def saying(*content: Any, role: str = "user") -> dict[str, Any]:
    return {"messages": [{"role": role, "content": list(content)}]}


def cached(count: int, *lives: str) -> dict[str, Any]:
    controls = [{**EPHEMERAL, "ttl": life} for life in lives] or [EPHEMERAL] * count
    return {"system": [{**text("You solve exercises."), "cache_control": control} for control in controls]}


ACCEPTED = {
    "text as blocks": saying(text(PROMPT)),
    "both results, then text": {"messages": said(TWO, ONE, text("Go on."))},
    "an empty result": {"messages": said({**ONE, "content": ""}, {"type": "tool_result", "tool_use_id": "toolu_2"})},
    "results as blocks": {"messages": said({**ONE, "content": [text("a"), text("b")], "is_error": True}, TWO)},
    "four breakpoints": cached(4),
    "what is kept longer comes first": cached(2, "1h", "5m"),
    "a system prompt": {"system": "You solve exercises."},
    "a tool's options": {"tools": [{**EDITOR, "max_characters": 10_000, "cache_control": EPHEMERAL}]},
    "effort and thinking": {"output_config": {"effort": "high"}, "thinking": {"type": "adaptive"}},
    "a tool that must be used": {"tool_choice": {"type": "tool", "name": "submit"}},
}
REFUSED = {
    "no message": ({"messages": []}, "at least one message is required"),
    "the assistant first": (saying(text("Hello"), role="assistant"), 'first message must use the "user" role'),
    "two turns of the user": ({"messages": [ASKED, ASKED]}, "roles must alternate"),
    "an unknown role": (saying(text("Hello"), role="tool"), "Input should be 'user' or 'assistant'"),
    "a prefilled answer": (
        {"messages": [ASKED, {"role": "assistant", "content": "I"}]},
        "does not support assistant message prefill",
    ),
    "no content": (saying(), "must have non-empty content"),
    "empty text": (saying(text("")), "text content blocks must be non-empty"),
    "blank text": (saying(text(" \n")), "must contain non-whitespace text"),
    "empty text in a result": (
        {"messages": said(ONE, {**TWO, "content": [text("")]})},
        "text content blocks must be non-empty",
    ),
    "an unknown block": (saying({"type": "audio", "data": ""}), "does not match any of the expected tags"),
    "a field of a block too many": (saying({**text("a"), "parsed": None}), "parsed: Extra inputs are not permitted"),
    "a field of a message too many": (
        {"messages": [{**ASKED, "cache_control": EPHEMERAL}]},
        "messages.0.cache_control: Extra inputs are not permitted",
    ),
    "no result": ({"messages": [ASKED, USED]}, "toolu_1, toolu_2"),
    "text instead of results": ({"messages": said(text("Go on."))}, "without `tool_result` blocks immediately after"),
    "one result missing": ({"messages": said(ONE)}, "immediately after: toolu_2"),
    "a result twice": ({"messages": said(ONE, TWO, ONE)}, "each tool_use must have a single result"),
    "a result of nothing": ({"messages": said(ONE, TWO, THREE)}, "unexpected `tool_use_id`.*: toolu_3"),
    "a late result": (
        {"messages": [*said(ONE, TWO), {"role": "assistant", "content": "So."}, {"role": "user", "content": [ONE]}]},
        "unexpected `tool_use_id`",
    ),
    "text before results": ({"messages": said(text("Here."), ONE, TWO)}, "must come before all other content"),
    "an error that says nothing": (
        {"messages": said({**ONE, "content": "", "is_error": True}, TWO)},
        "content cannot be empty if `is_error` is true",
    ),
    "an id twice": ({"messages": [*said(ONE, TWO), USED, said(ONE, TWO)[-1]]}, "ids must be unique: toolu_1"),
    "tools gone": ({"messages": said(ONE, TWO), "tools": []}, "must define tools"),
    "an unknown tool": ({"tools": [{"type": "bash_20300101", "name": "bash"}]}, "tools.0: Input tag 'bash_20300101'"),
    "a trained tool renamed": ({"tools": [{**BASH, "name": "shell"}]}, "Input should be 'bash'"),
    "a trained tool described": ({"tools": [{**BASH, "description": "A shell."}]}, "Extra inputs are not permitted"),
    "a tool without a schema": ({"tools": [{"name": "submit"}]}, "custom.input_schema: Field required"),
    "a tool with another schema": ({"tools": [{"name": "a", "input_schema": {}}]}, "should be 'object'"),
    "a tool with a bad name": ({"tools": [{**SUBMIT, "name": "hand in"}]}, "should match pattern"),
    "a tool twice": ({"tools": [SUBMIT, SUBMIT]}, "Tool names must be unique"),
    "a choice that is no tool": ({"tool_choice": {"type": "tool", "name": "x"}}, "'x' not found in provided tools"),
    "five breakpoints": (cached(5), "A maximum of 4 blocks with cache_control may be provided. Found 5"),
    "an unknown cache": (cached(1, "2h"), "Input should be '5m' or '1h'"),
    "what is kept longer comes last": (cached(2, "5m", "1h"), "must not come after a ttl='5m'"),
    "no token": ({"max_tokens": 0}, "max_tokens: must be at least 1"),
    "an unknown effort": ({"output_config": {"effort": "heroic"}}, "output_config.effort"),
    "a thinking budget over max_tokens": (
        {"thinking": {"type": "enabled", "budget_tokens": 1024}},
        "`max_tokens` must be greater than",
    ),
    "a temperature": ({"extra_body": {"temperature": 0.5}}, "temperature: Extra inputs are not permitted"),
}


@pytest.mark.parametrize("changes", ACCEPTED.values(), ids=ACCEPTED)
def test_accepts(changes):
    message, fake = served(lambda fake: ask(fake.base_url, **changes))
    assert message.type == "message" and fake.requests[0].refused == ""


@pytest.mark.parametrize(("changes", "why"), REFUSED.values(), ids=REFUSED)
def test_refuses(changes, why):
    async def refused(fake):
        with pytest.raises(anthropic.BadRequestError, match=why) as caught:
            await ask(fake.base_url, max_retries=2, **changes)
        return caught.value

    error, fake = served(refused)
    assert error.type == "invalid_request_error" and error.body.keys() == ERROR_FIELDS
    assert error.request_id == error.body["request_id"]
    (request,) = fake.requests  # what is wrong is not asked again
    assert request.status == 400 and request.refused == error.body["error"]["message"] and request.message is None


def test_refuses_an_unknown_model():
    async def refused(fake):
        with pytest.raises(anthropic.NotFoundError, match="model: claude-1") as caught:
            await ask(fake.base_url, model="claude-1")
        return caught.value.type

    assert served(refused)[0] == "not_found_error"


def test_refuses_a_wrong_key():
    async def refused(fake):
        async with anthropic.AsyncAnthropic(base_url=fake.base_url, api_key="wrong") as client:
            with pytest.raises(anthropic.AuthenticationError, match="invalid x-api-key"):
                await client.messages.create(**ASK)

    served(refused)


HEADERS = {"x-api-key": "test", "anthropic-version": VERSIONS[-1], "content-type": "application/json"}


@pytest.mark.parametrize(
    ("target", "without", "body", "status", "why"),
    [
        ("POST /v1/messages", "", json.dumps(ASK), 200, None),
        ("POST /v1/messages", "x-api-key", json.dumps(ASK), 401, "x-api-key header is required"),
        ("POST /v1/messages", "anthropic-version", json.dumps(ASK), 400, "anthropic-version: header is required"),
        ("POST /v1/messages", "content-type", json.dumps(ASK), 400, "content-type: must be application/json"),
        ("POST /v1/messages", "", "{", 400, "The request body is not valid JSON"),
        ("POST /v1/messages", "", "[]", 400, "The request body is not a JSON object"),
        ("POST /v1/messages", "", "{}", 400, "max_tokens: Field required"),
        ("POST /v1/complete", "", json.dumps(ASK), 404, "Not found"),
        ("GET /v1/messages", "", None, 404, "Not found"),
    ],
)
def test_refuses_what_no_sdk_would_send(target, without, body, status, why):
    method, path = target.split()
    with FakeMessages(looks_around) as fake:
        connection = http.client.HTTPConnection(urlsplit(fake.base_url).netloc)
        connection.request(method, path, body, {name: value for name, value in HEADERS.items() if name != without})
        response = connection.getresponse()
        reply = json.loads(response.read())
        connection.close()
    assert response.status == status
    assert why is None or why in reply["error"]["message"]


def test_a_failing_agent_is_noticed_at_the_end():
    def fails(messages):
        raise AssertionError("this should not have been asked")

    with pytest.raises(AssertionError, match="this should not have been asked"):
        served(lambda fake: ask(fake.base_url), fails)


# --- what goes wrong


def failing(fault: Fault, **options: Any) -> tuple[BaseException, FakeMessages]:
    """What the SDK raises where each request meets this fault, and the fake."""

    async def failed(fake):
        with pytest.raises(Exception) as caught:
            await ask(fake.base_url, **options)
        return caught.value

    return served(failed, faults=lambda request: fault)


def test_a_rate_limited_request_waits_and_then_succeeds():
    message, fake = served(lambda fake: ask(fake.base_url, max_retries=2), faults=at({0: rate_limited(retry_after=1)}))
    assert message.stop_reason == "tool_use"
    first, second = fake.requests
    assert (first.status, second.status) == (429, 200)
    assert second.arrived - first.arrived >= 1


@pytest.mark.parametrize("streams", [False, True])
def test_an_overloaded_api_raises_when_all_retries_are_used_up(streams):
    error, fake = failing(overloaded(), max_retries=2, streams=streams)
    assert isinstance(error, anthropic.OverloadedError) and error.status_code == 529
    assert [request.status for request in fake.requests] == [529] * 3
    assert [request.headers["x-stainless-retry-count"] for request in fake.requests] == ["0", "1", "2"]


@pytest.mark.parametrize("after", range(1, 8))
def test_an_error_in_a_stream_raises_and_is_not_retried(after):
    error, fake = failing(ErrorInStream(after), max_retries=2, streams=True)
    assert isinstance(error, anthropic.APIStatusError) and error.type == "overloaded_error"
    assert error.status_code == 200 and len(fake.requests) == 1


def test_a_truncated_stream_returns_without_a_reason_to_stop():
    message, fake = served(lambda fake: ask(fake.base_url, streams=True), faults=lambda request: TruncatedStream())
    assert message.stop_reason is None and len(message.content) == 1
    assert fake.requests[0].message["stop_reason"] == "tool_use" and len(fake.requests[0].message["content"]) == 3


@pytest.mark.parametrize("streams", [False, True])
def test_slow_bytes_arrive_in_the_end(streams):
    message, _ = served(lambda fake: ask(fake.base_url, streams=streams), faults=lambda request: SlowBytes())
    assert message.stop_reason == "tool_use" and len(message.content) == 3


@pytest.mark.parametrize("streams", [False, True])
def test_a_dropped_connection_raises(streams):
    error, fake = failing(Dropped(), streams=streams)
    assert type(error) is anthropic.APIConnectionError
    assert fake.requests[0].status is None


def test_a_connection_dropped_inside_a_stream_raises_what_is_no_error_of_the_sdk():
    error, fake = failing(Dropped(after=4), streams=True, max_retries=2)
    assert isinstance(error, httpx2.ReadError) and len(fake.requests) == 1


def test_a_body_that_is_not_json_raises_what_is_no_error_of_the_sdk():
    error, _ = failing(NotJSON())
    assert isinstance(error, ValueError) and not isinstance(error, anthropic.AnthropicError)


def test_a_body_that_does_not_even_claim_to_be_json_is_returned_as_text():
    message, _ = served(lambda fake: ask(fake.base_url), faults=lambda request: NotJSON(content_type="text/html"))
    assert message == NotJSON().body


def test_an_order_that_cannot_be_carried_out_is_noticed():
    with pytest.raises(ValueError, match="asks for no stream"):
        served(lambda fake: ask(fake.base_url), faults=lambda request: TruncatedStream())


# --- what is counted


def prompt_tokens(message: Any) -> int:
    usage = message.usage
    return usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens


def test_a_prompt_that_was_seen_before_is_read_from_the_cache():
    cached_prompt = {"cache_control": EPHEMERAL}

    async def counted(fake):
        plain = await ask(fake.base_url)
        first = await ask(fake.base_url, **cached_prompt)
        again = await ask(fake.base_url, **cached_prompt)
        grown = await ask(fake.base_url, **cached_prompt, messages=answered(ASK["messages"], first))
        other = await ask(fake.base_url, **cached_prompt, tools=[SUBMIT])
        return plain, first, again, grown, other

    (plain, first, again, grown, other), _ = served(counted)
    total = prompt_tokens(plain)
    assert (plain.usage.cache_creation_input_tokens, plain.usage.cache_read_input_tokens) == (0, 0)
    assert (first.usage.cache_creation_input_tokens, first.usage.cache_read_input_tokens) == (total, 0)
    assert (again.usage.cache_creation_input_tokens, again.usage.cache_read_input_tokens) == (0, total)
    assert grown.usage.cache_read_input_tokens == total and grown.usage.cache_creation_input_tokens > 0
    assert other.usage.cache_read_input_tokens == 0
    assert grown.usage.cache_creation.ephemeral_5m_input_tokens == grown.usage.cache_creation_input_tokens


def test_where_the_cache_is_marked_makes_no_difference_to_the_sum():
    async def counted(fake):
        messages = [{"role": "user", "content": [{**text(PROMPT), "cache_control": EPHEMERAL}]}]
        return [
            await ask(fake.base_url, **changes, max_tokens=999)
            for changes in (cached(0), cached(1), {**cached(1), "messages": messages}, cached(2, "1h", "5m"))
        ]

    (none, one, both, _), _ = served(counted, lambda messages: says("Well."))
    system = prompt_tokens(one) - prompt_tokens(none)
    assert system > 0 and prompt_tokens(both) == prompt_tokens(one)
    assert both.usage.cache_read_input_tokens == one.usage.cache_creation_input_tokens
    assert none.usage.output_tokens == one.usage.output_tokens > 0


def test_a_request_that_failed_leaves_nothing_in_the_cache():
    message, _ = served(
        lambda fake: ask(fake.base_url, max_retries=1, cache_control=EPHEMERAL), faults=at({0: overloaded()})
    )
    assert message.usage.cache_read_input_tokens == 0 and message.usage.cache_creation_input_tokens > 0


def all_at_once(count: int, together: int) -> FakeMessages:
    """A fake that was asked `count` things by a client that asks no more than `together` at once."""
    arrived = threading.Event()

    def held(request: Request) -> Fault:
        if request.number + 1 == together:
            arrived.set()
        return Held(arrived)

    async def asked(fake):
        allowed = asyncio.Semaphore(together)
        async with client_of(fake.base_url) as client:

            async def one():
                async with allowed:
                    return await client.messages.create(**ASK)

            return await asyncio.gather(*(one() for _ in range(count)))

    answers, fake = served(asked, faults=held)
    assert len({answer.id for answer in answers}) == count
    return fake


@pytest.mark.parametrize(("count", "together"), [(15, 15), (15, 4), (5, 1)])
def test_the_highest_number_of_requests_at_once_is_counted(count, together):
    fake = all_at_once(count, together)
    assert fake.most_in_flight == together and len(fake.requests) == count


def test_the_end_of_the_fake_frees_whom_it_holds():
    async def given_up(fake):
        task = asyncio.create_task(ask(fake.base_url))
        while not fake.requests:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    served(given_up, faults=lambda request: Held(threading.Event()))
