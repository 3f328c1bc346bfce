"""What a request must be like for the strict fake of the Messages API to answer it."""

from __future__ import annotations

import copy
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import anthropic
import pytest
from asking import ASK, BASH, EDITOR, EPHEMERAL, PROMPT, SUBMIT, ask, cached, looks_around, served
from fake_messages import MODELS, FakeMessages
from hypothesis import given, settings
from hypothesis import strategies as st
from message_rules import VERSIONS, Refused, check
from scripted_agents import text

ERROR_FIELDS = {"type", "error", "request_id"}
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
    "a tool whose schema is none": (
        {"tools": [{"name": "a", "input_schema": {"type": "object", "properties": {"code": "string"}}}]},
        "JSON schema is invalid",
    ),
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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
WHOLE = {
    **ASK,
    **cached(1),
    "messages": said(ONE, {**TWO, "content": [text("a file")]}, text("Go on.")),
    "output_config": {"effort": "low"},
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "max_tokens": 2000,
    "stop_sequences": ["end"],
    "tool_choice": {"type": "auto"},
}


def places(value: Any) -> list[tuple[Any, Any]]:
    """Each container in a JSON value with each of its keys."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


@settings(deadline=None)
@given(st.integers(min_value=0), JSON)
def test_whatever_is_wrong_with_a_request_it_is_refused_and_breaks_nothing(number, other):
    body = copy.deepcopy(WHOLE)
    check(body, MODELS, lambda content: False)
    found = places(body)
    container, key = found[number % len(found)]
    container[key] = other
    try:
        check(body, MODELS, lambda content: False)
    except Refused as error:
        assert error.message
