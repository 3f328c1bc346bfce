"""The scripted agents, through the SDK and the fake: what each hands in, and how the judge takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import anthropic
import pytest
import scripted_agents
from fake_messages import Agent, FakeMessages
from scripted_agents import EDITOR

from autograder import get_task, grade
from autograder.catalog import EXERCISES, exercise_named, judgement_of
from autograder.certificate.proofs import exploits

SOFTMAX = exercise_named("attention.softmax")
TOOLS = [
    {"type": "bash_20250124", "name": "bash"},
    {"type": "text_editor_20250728", "name": EDITOR},
    {"name": "python", "input_schema": {"type": "object", "properties": {"code": {"type": "string"}}}},
    {"name": "submit", "input_schema": {"type": "object", "properties": {}}},
]


class Attempt:
    """A conversation with tools that do nothing but note what they were given, until one ends it."""

    def __init__(self, is_error: bool) -> None:
        self.is_error = is_error
        self.files: dict[str, str] = {}
        self.used: list[str] = []
        self.stop_reasons: list[str] = []

    async def hold(self, client: anthropic.AsyncAnthropic, prompt: str, steps: int) -> None:
        messages: list[Any] = [{"role": "user", "content": prompt}]
        while len(self.stop_reasons) < steps and "submit" not in self.used:
            message: Any = await client.messages.create(
                model="claude-opus-5-5", max_tokens=20_000, tools=TOOLS, messages=messages
            )
            self.stop_reasons.append(message.stop_reason)
            messages.append({"role": "assistant", "content": message.content})
            if message.stop_reason == "tool_use":
                results = [self.result(block) for block in message.content if block.type == "tool_use"]
                messages.append({"role": "user", "content": results})
            elif message.stop_reason != "pause_turn":
                return

    def result(self, use: Any) -> dict[str, Any]:
        self.used.append(use.name)
        if use.name == EDITOR and "file_text" in use.input:
            self.files[use.input["path"]] = use.input["file_text"]
        return {"type": "tool_result", "tool_use_id": use.id, "content": "noted", "is_error": self.is_error}


def attempts(agent: Agent, prompts: Sequence[str], is_error: bool = False, steps: int = 5) -> list[Attempt]:
    """One attempt for each prompt, begun in their order and held at the same time."""

    async def held(fake: FakeMessages) -> list[Attempt]:
        made = [Attempt(is_error) for _ in prompts]
        async with anthropic.AsyncAnthropic(base_url=fake.base_url, api_key="test", max_retries=0) as client:
            await asyncio.gather(*(one.hold(client, prompt, steps) for one, prompt in zip(made, prompts, strict=True)))
        return made

    with FakeMessages(agent) as fake:
        return asyncio.run(held(fake))


def attempt(agent: Agent, is_error: bool = False) -> Attempt:
    (made,) = attempts(agent, [get_task(SOFTMAX.id).prompt], is_error)
    return made


def test_one_agent_solves_every_exercise(sandbox):
    made = attempts(scripted_agents.solves(), [get_task(exercise.id).prompt for exercise in EXERCISES])
    for exercise, one in zip(EXERCISES, made, strict=True):
        assert one.used == [EDITOR, "submit"] and list(one.files) == [exercise.file]
    first, last = EXERCISES[0], EXERCISES[-1]
    assert grade(first, made[0].files[first.file], sandbox=sandbox).passed
    assert grade(last, made[-1].files[last.file], sandbox=sandbox).passed


def test_the_file_is_written_where_the_prompt_says():
    prompt = get_task(SOFTMAX.id).prompt.replace("`solution.py`", "`/workspace/solution.py`")
    (made,) = attempts(scripted_agents.solves(), [prompt])
    assert list(made.files) == ["/workspace/solution.py"]


def test_each_misconception_is_handed_in_and_named(sandbox):
    agents = scripted_agents.every_mistake(SOFTMAX)
    assert list(agents) == [item.key for item in judgement_of(SOFTMAX).misconceptions]
    for key, agent in agents.items():
        verdict = grade(SOFTMAX, attempt(agent).files["solution.py"], sandbox=sandbox)
        assert not verdict.passed and key.partition("#")[0] in [found.id for found in verdict.diagnosis]


@pytest.mark.parametrize("exploit", exploits(), ids=lambda exploit: exploit.name)
def test_each_exploit_is_handed_in_whole(exploit):
    for make in (scripted_agents.exploits, scripted_agents.exploits_its_workspace):
        source = attempt(make(exploit)).files["solution.py"]
        assert exploit.source.splitlines()[-1] in source and "NAMES = ('softmax',)" in source
        assert source.index("from __future__") == 0


def test_an_exploit_in_one_file_attacks(sandbox):
    (exploit,) = (program for program in exploits() if program.name == "exits_with_success_when_called")
    verdict = grade(SOFTMAX, attempt(scripted_agents.exploits(exploit)).files["solution.py"], sandbox=sandbox)
    assert not verdict.passed and "SystemExit: 0" in verdict.checks[0].message


@pytest.mark.parametrize(
    ("agent", "used", "stop_reasons"),
    [
        (scripted_agents.never_submits, [], ["end_turn"]),
        (scripted_agents.loops_for_ever, ["bash"] * 5, ["tool_use"] * 5),
        (scripted_agents.hangs_in_bash(), ["bash", EDITOR, "submit"], ["tool_use"] * 3),
        (scripted_agents.copies_the_reference(), ["bash", "submit"], ["tool_use"] * 2),
        (scripted_agents.fills_the_disk(), ["bash", EDITOR, "submit"], ["tool_use"] * 3),
        (scripted_agents.refuses, [], ["refusal"]),
        (scripted_agents.runs_into_max_tokens, [], ["max_tokens"]),
        (scripted_agents.exceeds_the_context_window, [], ["model_context_window_exceeded"]),
        (
            scripted_agents.pauses_once(scripted_agents.solves()),
            [EDITOR, "submit"],
            ["pause_turn", "tool_use", "tool_use"],
        ),
        (scripted_agents.thinks(scripted_agents.solves()), [EDITOR, "submit"], ["tool_use"] * 2),
        (scripted_agents.calls_several_tools(), [EDITOR, "bash", "python", "submit"], ["tool_use"] * 2),
        (scripted_agents.submits_at_once(), [EDITOR, "submit"], ["tool_use"]),
        (scripted_agents.submits_source("x = 1"), [EDITOR, "submit"], ["tool_use"] * 2),
    ],
)
def test_what_an_agent_does(agent, used, stop_reasons):
    made = attempt(agent)
    assert (made.used, made.stop_reasons) == (used, stop_reasons)


@pytest.mark.parametrize("make", [scripted_agents.calls_an_unknown_tool, scripted_agents.calls_with_malformed_input])
def test_who_makes_an_error_goes_on_only_if_told(make):
    told, untold = attempt(make(), is_error=True), attempt(make(), is_error=False)
    assert told.used[-2:] == [EDITOR, "submit"] and "submit" not in untold.used


def test_conversations_that_begin_alike_differ_where_agents_take_turns():
    agent = scripted_agents.take_turns(
        scripted_agents.solves(), scripted_agents.never_submits, scripted_agents.submits_source("x = 1")
    )
    made = attempts(agent, [get_task(SOFTMAX.id).prompt] * 6)
    assert sorted(tuple(one.used) for one in made) == [(), (), *[(EDITOR, "submit")] * 4]
    assert sum(one.files == {"solution.py": "x = 1"} for one in made) == 2


def test_an_agent_says_when_it_cannot_tell_the_exercise():
    with pytest.raises(AssertionError, match="not about one exercise"):
        attempts(scripted_agents.solves(), ["Solve it."])
