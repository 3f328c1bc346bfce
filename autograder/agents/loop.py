"""One attempt: the conversation with a model until it submits, gives up or meets a limit.

    model ── tools it calls ──▶ workspace (jailed)
      ▲                           │
      └──────── results ──────────┘        every answer and every result goes to the transcript first

A conversation that was cut off goes on from its transcript.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import anthropic
import httpx2

from ..errors import JudgeError
from ..reference import given_sources
from . import prices
from .records import INFRASTRUCTURE, Event, Transcript
from .shapes import Problem
from .tools import SUBMIT, TOOLS, result
from .workspace import ToolError, Workspace

SYSTEM = "You solve programming exercises on your own; nobody answers questions. What counts is the file you submit."
NUDGE = {"type": "text", "text": "The file has not been submitted. Go on, or call `submit` if it is ready."}
NUDGES = 1  # after an answer that calls no tool; then the attempt has ended without a submission
MAX_TOKENS = 16_000  # of one answer
TRIES = 4  # of a request whose stream broke; the SDK does not repeat those
FINAL = {
    "refusal": "refusal",
    "max_tokens": "max_tokens",
    "model_context_window_exceeded": "context_window",
}


@dataclass(frozen=True)
class Limits:
    """What one attempt may take."""

    max_steps: int = 50
    """Answers of the model."""
    seconds: float | None = None
    tokens: int | None = None


@dataclass
class Attempt:
    """How an attempt went."""

    outcome: str = ""
    problem: str = ""
    model: str = ""
    steps: int = 0
    seconds: float = 0.0
    usage: dict[str, int] = field(default_factory=lambda: dict.fromkeys(prices.KINDS, 0))
    cost_usd: float | None = 0.0
    submission: str | None = None

    def count(self, message: dict[str, Any]) -> None:
        """Add one answer of the model."""
        self.steps += 1
        self.model = message["model"]
        usage = {kind: message["usage"].get(kind) or 0 for kind in prices.KINDS}
        for kind in prices.KINDS:
            self.usage[kind] += usage[kind]
        cost = prices.cost(self.model, usage)
        self.cost_usd = None if cost is None or self.cost_usd is None else self.cost_usd + cost


class Cut(Exception):
    """The stream of an answer ended before the answer did."""


async def run(
    client: anthropic.AsyncAnthropic,
    problem: Problem,
    model: str,
    transcript: Transcript,
    limits: Limits,
    effort: str | None = None,
    spent: Callable[[float], None] = lambda usd: None,
) -> Attempt:
    """Carry an attempt to its end. `spent` hears of each answer's cost, as far as it is known.

    What goes wrong on our side (the API, the network, the workspace) is the outcome "infrastructure".
    """
    attempt = Attempt()
    events = transcript.events()
    if events and events[-1]["type"] != "end":
        transcript.add("restart")
    else:
        events = []
        transcript.forget_workspace()
        transcript.add("start", system=SYSTEM, tools=TOOLS, prompt=problem.prompt, files=dict(problem.files))
    for event in events:
        if event["type"] == "response":
            attempt.count(event["message"])
            attempt.seconds += event["seconds"]
    started = time.monotonic()
    left = None if limits.seconds is None else max(0.0, limits.seconds - attempt.seconds)
    try:
        async with asyncio.timeout(left):
            await _converse(client, problem, model, transcript, events, limits, effort, spent, attempt)
    except TimeoutError:
        attempt.outcome = "time_limit"
    except anthropic.BadRequestError as error:
        too_long = "prompt is too long" in str(error)
        attempt.outcome, attempt.problem = ("context_window", "") if too_long else (INFRASTRUCTURE, _sentence(error))
    except (anthropic.AnthropicError, JudgeError, Cut) as error:
        attempt.outcome, attempt.problem = INFRASTRUCTURE, _sentence(error)
    attempt.seconds = round(attempt.seconds + time.monotonic() - started, 3)
    transcript.add("end", outcome=attempt.outcome, problem=attempt.problem)
    transcript.forget_workspace()
    return attempt


async def _converse(
    client: anthropic.AsyncAnthropic,
    problem: Problem,
    model: str,
    transcript: Transcript,
    events: list[Event],
    limits: Limits,
    effort: str | None,
    spent: Callable[[float], None],
    attempt: Attempt,
) -> None:
    # The last answer of a conversation that was cut off may not have been acted on.
    pending = events.pop()["message"] if events and events[-1]["type"] == "response" else None
    messages = conversation(problem.prompt, events)
    nudges = sum(event["type"] == "tool_results" and event["content"] == [NUDGE] for event in events)
    exercise, packed = problem.exercise, transcript.kept()
    files = {} if packed else problem.files
    async with Workspace(exercise.libraries, files, given_sources(exercise), packed) as workspace:
        while True:
            if pending is None:
                if attempt.steps >= limits.max_steps:
                    attempt.outcome = "step_limit"
                    return
                began, before = time.monotonic(), attempt.cost_usd or 0.0
                pending = await answer(client, model, messages, effort)
                transcript.add("response", message=pending, seconds=round(time.monotonic() - began, 3))
                attempt.count(pending)
                spent((attempt.cost_usd or 0.0) - before)
            message, pending = pending, None
            messages.append(_turn(message))
            if message["stop_reason"] in FINAL:
                attempt.outcome = FINAL[message["stop_reason"]]
                return
            if limits.tokens is not None and sum(attempt.usage.values()) > limits.tokens:
                attempt.outcome = "token_limit"
                return
            if message["stop_reason"] == "pause_turn":
                continue  # the model goes on with its own turn
            results: list[dict[str, Any]] = []
            for call in message["content"]:
                if call["type"] != "tool_use":
                    continue
                if call["name"] == SUBMIT:
                    with contextlib.suppress(ToolError):  # there is no such file: that is graded too
                        attempt.submission = await workspace.read(exercise.file)
                    attempt.outcome = "submitted"
                    return
                results.append(await result(workspace, call))
            if results:
                with contextlib.suppress(ToolError):  # too much to keep: then a kill costs the files
                    transcript.keep(await workspace.packed())
            elif nudges < NUDGES:
                nudges += 1
                results = [NUDGE]
            else:
                attempt.outcome = "no_submission"
                return
            transcript.add("tool_results", content=results)
            messages.append({"role": "user", "content": results})


async def answer(
    client: anthropic.AsyncAnthropic, model: str, messages: list[dict[str, Any]], effort: str | None
) -> dict[str, Any]:
    """The model's next message, as JSON. Raises AnthropicError, or Cut where its stream breaks again and again."""
    options: dict[str, Any] = {"output_config": {"effort": effort}} if effort else {}
    broken: Exception = Cut("no answer came")
    for repeated in range(TRIES):
        if repeated:
            await asyncio.sleep(0.5 * 2**repeated)
        try:
            async with client.messages.stream(
                model=model,
                max_tokens=MAX_TOKENS,
                system=SYSTEM,
                tools=TOOLS,  # type: ignore[arg-type]
                messages=messages,  # type: ignore[arg-type]
                cache_control={"type": "ephemeral"},
                **options,
            ) as stream:
                message = await stream.get_final_message()
        except anthropic.APIStatusError as error:
            if error.status_code != 200:  # the SDK has repeated it already, where that may help
                raise
            broken = error  # an error in the middle of a stream
            continue
        except httpx2.HTTPError as error:
            broken = Cut(f"the connection broke in the middle of an answer ({type(error).__name__})")
            continue
        except (ValueError, AssertionError):  # so the SDK meets a page of some proxy
            broken = Cut("what answered is not the API: its answers are no messages")
            continue
        if message.stop_reason is not None:
            return message.to_dict(mode="json")
        broken = Cut("an answer ended in the middle")
    raise broken


def conversation(prompt: str, events: list[Event]) -> list[dict[str, Any]]:
    """The messages of a transcript, as the next request sends them."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": [{"type": "text", "text": prompt}]}]
    for event in events:
        if event["type"] == "response":
            messages.append(_turn(event["message"]))
        elif event["type"] == "tool_results":
            messages.append({"role": "user", "content": event["content"]})
    return messages


def _turn(message: dict[str, Any]) -> dict[str, Any]:
    """The model's message as a turn of the conversation; the API takes none that is empty."""
    content = [block for block in message["content"] if block["type"] != "text" or block["text"].strip()]
    return {"role": "assistant", "content": content or [{"type": "text", "text": "(nothing)"}]}


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 300 else f"{text[:300]} …"
