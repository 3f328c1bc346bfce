"""One question to Claude, and every way in which it may stay unanswered. The SDK is imported when it is used."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

MODEL = "claude-sonnet-5-5"
MAX_TOKENS = 4000  # a hint is short; the rest is room to think
SECONDS = 60.0  # for one answer with all its retries: the SDK would wait as long as a server asks it to
STOPPED = {
    "max_tokens": "Claude's answer was cut off because it became too long",
    "refusal": "Claude declined to answer",
    "model_context_window_exceeded": "this code is too long for Claude to read",
}


class Unanswered(Exception):
    """There is no answer; the message says why in one sentence, without its full stop."""


@dataclass(frozen=True)
class Answer:
    """What Claude said."""

    text: str
    model: str
    """As the API named it."""


def has_key() -> bool:
    """Whether the tutor is on: a key is set."""
    return bool(os.environ.get("ANTHROPIC_API_KEY") or os.environ.get("ANTHROPIC_AUTH_TOKEN"))


def answer(system: Sequence[str], messages: Sequence[dict[str, Any]], model: str, seconds: float = SECONDS) -> Answer:
    """Claude's answer to a conversation. The `system` texts are the same from call to call, so they are cached.

    Raises Unanswered.
    """
    try:
        import anthropic
    except ImportError:
        raise Unanswered("the tutor needs the SDK: pip install 'attention-to-rlhf[agents]'") from None
    blocks: list[Any] = [{"type": "text", "text": text} for text in system]
    blocks[-1]["cache_control"] = {"type": "ephemeral"}

    async def ask() -> anthropic.types.Message:
        async with anthropic.AsyncAnthropic() as client, asyncio.timeout(seconds):
            return await client.messages.create(
                model=model,
                max_tokens=MAX_TOKENS,
                system=blocks,
                messages=list(messages),  # type: ignore[arg-type]
            )

    try:
        message = _finished(ask)
    except (TimeoutError, anthropic.APITimeoutError):
        raise Unanswered(f"Claude did not answer within {seconds:g} seconds") from None
    except anthropic.APIConnectionError:
        raise Unanswered("Claude's API cannot be reached") from None
    except anthropic.RateLimitError:
        raise Unanswered("this key has made too many requests just now (429); try again in a minute") from None
    except anthropic.AuthenticationError:
        raise Unanswered("Claude's API does not accept the key that is set (401)") from None
    except anthropic.NotFoundError:
        raise Unanswered(f"Claude's API knows no model {model!r} (404)") from None
    except anthropic.APIStatusError as error:
        if error.status_code == 529 or error.type == "overloaded_error":
            raise Unanswered("Claude is overloaded just now (529); try again in a minute") from None
        body = error.body if isinstance(error.body, dict) else {}
        said = str((body.get("error") or {}).get("message") or error.type).rstrip(".")
        raise Unanswered(f"Claude's API answered with an error ({error.status_code}: {said})") from None
    except anthropic.AnthropicError as error:
        raise Unanswered(f"Claude could not be asked ({type(error).__name__})") from None
    if not isinstance(message, anthropic.types.Message):  # no JSON: something between here and the API answered
        raise Unanswered("what answered in the place of Claude's API is something else")
    text = "\n\n".join(block.text for block in message.content if block.type == "text").strip()
    if message.stop_reason != "end_turn" or not text:
        raise Unanswered(STOPPED.get(message.stop_reason or "", "Claude's answer is not complete"))
    return Answer(text, message.model)


def _finished(ask: Any) -> Any:
    """The result of a coroutine function; in a thread of its own where a loop runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(ask())
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(ask())).result()
