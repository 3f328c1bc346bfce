"""The strict fake of the Messages API, through the SDK: what it answers, what goes wrong with it, what it counts."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import anthropic
import httpx2
import pytest
from asking import (
    ASK,
    EPHEMERAL,
    PROMPT,
    SUBMIT,
    answered,
    ask,
    cached,
    client_of,
    converse,
    looks_around,
    served,
    without_ids,
)
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
from scripted_agents import pauses_once, says, text, thinks

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
