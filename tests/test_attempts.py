"""Attempts of models, end to end: the real SDK, a strict fake of the API, jailed workspaces, the real judge."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import scripted_agents as agents
from click.testing import CliRunner, Result
from fake_messages import Agent, FakeMessages
from independent_fake import independent_fake
from message_faults import Dropped, ErrorInStream, ErrorStatus, NotJSON, TruncatedStream, at, overloaded, rate_limited

from autograder.agents import attempts, shapes
from autograder.agents.loop import Limits
from autograder.agents.records import Folder, Record
from autograder.catalog import exercise_named, judgement_of
from autograder.certificate.proofs import exploits
from autograder.cli import cli

SOFTMAX = exercise_named("attention.softmax")
MODEL = "claude-haiku-4-5"
ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.usefixtures("jailed")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test")


def made(
    agent: Agent,
    folder: Path,
    problems: Sequence[shapes.Problem] = (),
    runs: int = 1,
    *,
    faults: Any = lambda request: None,
    resume: bool = False,
    **settings: Any,
) -> list[Record]:
    """The records of attempts by a scripted agent."""
    problems = problems or [shapes.implement(SOFTMAX)]
    chosen = attempts.Settings(MODEL, **settings)
    with FakeMessages(agent, faults=faults) as fake, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANTHROPIC_BASE_URL", fake.base_url)
        held = Folder(folder)
        held.begin(attempts.description(problems, chosen, []), resume)

        async def run() -> list[Record]:
            async with attempts.client() as api:
                return await attempts.attempt_all(api, problems, range(runs), chosen, held)

        return asyncio.run(run())


# --- how an attempt ends


SOLVERS: dict[str, Agent] = {
    "writes and submits": agents.solves(),
    "submits in the same answer": agents.submits_at_once(),
    "uses several tools in one answer": agents.calls_several_tools(),
    "thinks": agents.thinks(agents.solves()),
    "pauses its turn": agents.pauses_once(agents.solves()),
    "calls an unknown tool first": agents.calls_an_unknown_tool(),
    "calls tools wrongly first": agents.calls_with_malformed_input(),
}


@pytest.mark.parametrize("agent", SOLVERS.values(), ids=SOLVERS)
def test_who_solves_passes(agent, tmp_path):
    [record] = made(agent, tmp_path)
    assert (record["outcome"], record["passed"], record["problem"]) == ("submitted", True, "")
    assert record["model"] == "claude-haiku-4-5-20251001"
    assert record["cost_usd"] > 0 and record["usage"]["output_tokens"] > 0
    assert record["verdict"]["score"] == SOFTMAX.points


ENDINGS: dict[str, tuple[Agent, str]] = {
    "it ends its turn again and again": (agents.never_submits, "no_submission"),
    "it never comes to an end": (agents.loops_for_ever, "step_limit"),
    "it refuses": (agents.refuses, "refusal"),
    "its answer is too long": (agents.runs_into_max_tokens, "max_tokens"),
    "the conversation is too long": (agents.exceeds_the_context_window, "context_window"),
}


@pytest.mark.parametrize(("agent", "outcome"), ENDINGS.values(), ids=ENDINGS)
def test_every_other_ending_is_a_failure_that_says_which(agent, outcome, tmp_path):
    [record] = made(agent, tmp_path, limits=Limits(max_steps=4))
    assert (record["outcome"], record["passed"], record["verdict"]) == (outcome, False, None)


def test_time_and_tokens_have_limits(tmp_path):
    [record] = made(agents.hangs_in_bash(), tmp_path / "time", limits=Limits(seconds=1.0))
    assert record["outcome"] == "time_limit"
    [record] = made(agents.loops_for_ever, tmp_path / "tokens", limits=Limits(tokens=2_000))
    assert record["outcome"] == "token_limit"


def test_every_misconception_is_named(tmp_path):
    """One attempt for each, all at once: who makes it hears of it, and it stands in the record."""
    mistakes = agents.every_mistake(SOFTMAX)
    records = made(agents.take_turns(*mistakes.values()), tmp_path, runs=len(mistakes))
    assert not any(record["passed"] for record in records)
    named = sorted(found["id"] for record in records for found in record["verdict"]["diagnosis"])
    assert named == sorted(item.id for item in judgement_of(SOFTMAX).misconceptions)


AIMED = [program for program in exploits() if program.aims_at(SOFTMAX)]


@pytest.mark.parametrize("program", AIMED, ids=lambda program: program.name)
def test_an_exploit_gains_nothing_here_either(program, tmp_path):
    [record] = made(agents.exploits_its_workspace(program, SOFTMAX), tmp_path, limits=Limits(seconds=60.0))
    assert not record["passed"]


def test_the_reference_is_not_to_be_found(tmp_path):
    [record] = made(agents.copies_the_reference(), tmp_path)
    assert (record["outcome"], record["passed"]) == ("submitted", False)


def test_a_full_disk_is_the_models_own_failure(tmp_path):
    [record] = made(agents.fills_the_disk(), tmp_path)
    assert (record["outcome"], record["passed"]) == ("submitted", False)


# --- the API


FAULTS: dict[str, Any] = {
    "a limit on the rate": rate_limited(),
    "overloaded": overloaded(),
    "an error in the stream": ErrorInStream(),
    "a stream that ends early": TruncatedStream(),
    "a connection that breaks": Dropped(after=3),
    "a page that is no answer": NotJSON(content_type="text/html"),
    "an answer that is no JSON": NotJSON(),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_that_passes_is_not_noticed(fault, tmp_path):
    [record] = made(agents.solves(), tmp_path, faults=at({1: fault}))
    assert record["passed"]
    assert record["steps"] == 2


def test_what_is_not_the_models_fault_is_listed_apart_and_made_again(tmp_path):
    denied = ErrorStatus(403, "permission_error", "This key may not use this model")
    [record] = made(agents.solves(), tmp_path, faults=lambda request: denied)
    assert (record["outcome"], record["passed"]) == ("infrastructure", False)
    assert "may not use this model" in record["problem"]
    [record] = made(agents.solves(), tmp_path, resume=True)
    assert record["passed"]


def test_a_conversation_that_the_api_calls_too_long_is_the_models_failure(tmp_path):
    refused = ErrorStatus(400, "invalid_request_error", "prompt is too long: 200001 tokens > 200000 maximum")
    [record] = made(agents.solves(), tmp_path, faults=at({1: refused}))
    assert (record["outcome"], record["passed"]) == ("context_window", False)


def test_the_conversation_is_cached(tmp_path):
    [record] = made(agents.calls_an_unknown_tool(), tmp_path)
    assert record["usage"]["cache_read_input_tokens"] > record["usage"]["input_tokens"]


def test_a_limit_on_the_rate_is_everybodys():
    """While one request is told to wait, no other is sent."""
    sent: list[float] = []

    class Response:
        def __init__(self, status: int) -> None:
            self.status_code = status
            self.headers = {"retry-after": "0.2"}

    async def call(request: int) -> Response:
        sent.append(asyncio.get_running_loop().time())
        return Response(429 if request == 0 else 200)

    async def run() -> None:
        gate = attempts.Gate()
        await gate(0, call)
        await asyncio.gather(*(gate(number, call) for number in range(1, 5)))

    asyncio.run(run())
    assert min(sent[1:]) - sent[0] >= 0.2


def test_an_attempt_runs_against_an_independent_fake_too(aimock, tmp_path, monkeypatch):
    solution = agents.writes(agents.solution, SOFTMAX)
    prompt = [{"role": "user", "content": shapes.implement(SOFTMAX).prompt}]
    with independent_fake(aimock, tmp_path, [solution(prompt), agents.submits(prompt)]) as base_url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", base_url)
        problem, settings, folder = shapes.implement(SOFTMAX), attempts.Settings(MODEL), Folder(tmp_path / "out")
        folder.begin(attempts.description([problem], settings, []), resume=False)

        async def run() -> list[Record]:
            async with attempts.client() as api:
                return await attempts.attempt_all(api, [problem], range(2), settings, folder)

        records = asyncio.run(run())
    assert [(record["outcome"], record["passed"]) for record in records] == [("submitted", True)] * 2


# --- many


def test_fifteen_attempts_at_once_end_to_end(tmp_path):
    with FakeMessages(agents.take_turns(agents.solves(), agents.never_submits, agents.thinks(agents.solves()))) as fake:
        records = cli_attempts(fake, tmp_path, "--runs", "15")
    assert len(records) == 15
    assert sum(record["passed"] for record in records) == 10
    assert fake.most_in_flight > 1
    assert {record["outcome"] for record in records} == {"submitted", "no_submission"}


def test_a_spent_budget_begins_nothing_more_and_keeps_what_there_is(tmp_path):
    with pytest.raises(attempts.BudgetSpent):
        made(agents.solves(), tmp_path, runs=20, concurrency=1, budget_usd=0.05)
    records = Folder(tmp_path).records()
    assert 0 < len(records) < 20
    assert sum(record["cost_usd"] for record in records) < 0.05 + 0.03
    assert len(made(agents.solves(), tmp_path, runs=20, resume=True)) == 20


def test_another_run_is_not_mixed_in(tmp_path):
    made(agents.never_submits, tmp_path)
    with pytest.raises(Exception, match="another limits"):
        made(agents.never_submits, tmp_path, resume=True, limits=Limits(max_steps=3))
    with pytest.raises(Exception, match="--resume"):
        made(agents.never_submits, tmp_path)


def test_a_kill_loses_at_most_the_request_in_flight(tmp_path):
    """Killed while the second answer is awaited, it goes on after the first, with the workspace's files."""
    waiting, go_on = threading.Event(), threading.Event()

    def agent(messages: list[dict[str, Any]]) -> Any:
        if len(messages) == 1:
            return agents.writes(agents.solution, SOFTMAX)(messages)
        if not go_on.is_set():
            waiting.set()
            go_on.wait()
            return agents.says("Nobody hears this.")
        return agents.submits(messages)

    with FakeMessages(agent) as fake:
        process = subprocess.Popen(command(tmp_path, "--runs", "1"), env=environment(fake), stderr=subprocess.DEVNULL)
        waiting.wait()
        process.kill()
        process.wait()
        go_on.set()
        events = Folder(tmp_path).transcript("attention.softmax/implement-0/000").events()
        assert [event["type"] for event in events] == ["start", "response", "tool_results"]
        before = len(fake.requests)
        [record] = cli_attempts(fake, tmp_path, "--runs", "1", "--resume")
        assert len(fake.requests) == before + 1, "only what was lost is asked for again"
    assert (record["passed"], record["steps"]) == (True, 2)


def test_after_a_kill_nobody_is_asked_to_go_on_twice(tmp_path):
    """An attempt that was asked to go on before the kill ends at the next answer without a tool."""
    waiting, go_on = threading.Event(), threading.Event()

    def agent(messages: list[dict[str, Any]]) -> Any:
        if len(messages) > 1 and not go_on.is_set():
            waiting.set()
            go_on.wait()
        return agents.never_submits(messages)

    with FakeMessages(agent) as fake:
        process = subprocess.Popen(command(tmp_path, "--runs", "1"), env=environment(fake), stderr=subprocess.DEVNULL)
        waiting.wait()
        process.kill()
        process.wait()
        go_on.set()
        before = len(fake.requests)
        [record] = cli_attempts(fake, tmp_path, "--runs", "1", "--resume")
        assert len(fake.requests) == before + 1
    assert (record["outcome"], record["steps"]) == ("no_submission", 2)


def test_ctrl_c_ends_in_one_sentence_and_resume_goes_on(tmp_path):
    waiting, go_on = threading.Event(), threading.Event()

    def agent(messages: list[dict[str, Any]]) -> Any:
        if len(messages) > 1 and not go_on.is_set():
            waiting.set()
            go_on.wait()
        return agents.solves()(messages)

    with FakeMessages(agent) as fake:
        process = subprocess.Popen(
            command(tmp_path, "--runs", "3"), env=environment(fake), stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )  # fmt: skip
        waiting.wait()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()
        go_on.set()
        assert process.returncode == 130
        assert "stopped; what was written stays valid" in told and "Traceback" not in told
        records = cli_attempts(fake, tmp_path, "--runs", "3", "--resume")
    assert [record["passed"] for record in records] == [True] * 3


# --- the tasks


def test_a_repair_starts_from_a_colleagues_mistakes_and_is_judged_as_ever(tmp_path):
    problem = shapes.repair(SOFTMAX, 2)
    assert len(problem.planted) == 2
    [untouched] = made(agents.in_turn(agents.submits), tmp_path / "untouched", [problem])
    assert not untouched["passed"] and untouched["planted"] == list(problem.planted)
    [repaired] = made(agents.solves(SOFTMAX), tmp_path / "repaired", [problem])
    assert repaired["passed"]


def test_a_twin_is_passed_by_a_cheat_and_failed_by_who_follows_the_statement(tmp_path):
    problem = shapes.twin(SOFTMAX)
    assert problem.twin is not None
    [mistake] = [
        item
        for item in judgement_of(SOFTMAX).misconceptions
        if item.id == problem.twin.misconception and item.form == 1
    ]
    [honest] = made(agents.solves(SOFTMAX), tmp_path / "honest", [problem])
    [cheat] = made(agents.mistakes(mistake, SOFTMAX), tmp_path / "cheat", [problem])
    assert (honest["twin"], honest["passed"], honest["verdict"]["passed"]) == (True, False, True)
    assert (cheat["twin"], cheat["passed"], cheat["verdict"]["passed"]) == (True, True, False)


def test_a_twins_test_can_be_run_in_the_workspace(tmp_path):
    problem = shapes.twin(SOFTMAX)
    runs_it = agents.in_turn(
        agents.writes(agents.solution, SOFTMAX), agents.bash("python test_visible.py 2>&1 | tail -1"), agents.submits
    )
    made(runs_it, tmp_path, [problem])
    events = Folder(tmp_path).transcript("attention.softmax/twin/000").events()
    told = [event["content"][0]["content"] for event in events if event["type"] == "tool_results"]
    assert "error" not in told[1].lower() or "AssertionError" in told[1] or "and should give" in told[1]


# --- the commands


def environment(fake: FakeMessages) -> dict[str, str]:
    return {**os.environ, "ANTHROPIC_BASE_URL": fake.base_url, "ANTHROPIC_API_KEY": "test", "PYTHONPATH": str(ROOT)}


def command(folder: Path, *options: str) -> list[str]:
    given = ("attempt", SOFTMAX.id, "--model", MODEL, "--out", str(folder), *options)
    return [sys.executable, "-m", "autograder", *given]


def cli_attempts(fake: FakeMessages, folder: Path, *options: str) -> list[Record]:
    ended = subprocess.run(command(folder, *options), env=environment(fake), capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return Folder(folder).records()


def called(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_without_a_key_it_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv("HOME", str(tmp_path))
    ended = subprocess.run(command(tmp_path / "out"), env=dict(os.environ), cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.startswith("autograder: no key for the API") and len(ended.stderr.splitlines()) == 1


def test_reports_comparisons_and_regrades_read_what_was_recorded(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    made(agents.take_turns(agents.solves(), agents.never_submits), one, runs=4)
    made(agents.solves(), other, runs=4)
    shown = called("report", str(one))
    assert shown.exit_code == 0 and "2 of 4" in shown.output
    assert json.loads((one / "report.json").read_text())["attempts"]
    assert "<script" not in (one / "report.html").read_text()
    assert called("compare", str(one), str(other)).exit_code == 0
    assert "0 are judged otherwise" in called("regrade", str(one)).output


def test_a_regrade_shows_what_changes_and_records_it_when_told(tmp_path):
    made(agents.solves(), tmp_path)
    [record] = Folder(tmp_path).records()
    Folder(tmp_path).add({**record, "passed": False, "verdict": {**record["verdict"], "score": 0.0, "passed": False}})
    shown = called("regrade", str(tmp_path))
    assert "not passed, 0 points → passed" in shown.output and "--yes records it" in shown.output
    assert not Folder(tmp_path).records()[0]["passed"]
    called("regrade", str(tmp_path), "--yes")
    assert Folder(tmp_path).records()[0]["passed"]


def test_a_calibration_walks_the_dial_and_confirms(tmp_path, monkeypatch):
    """A model that solves one task in four, whatever the task: found at once, confirmed by a hundred fresh attempts."""
    agent = agents.take_turns(agents.solves(SOFTMAX), *[agents.submits_source("", SOFTMAX)] * 3)
    with FakeMessages(agent) as fake:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", fake.base_url)
        shown = called("calibrate", SOFTMAX.id, "--model", MODEL, "--out", str(tmp_path))
    assert shown.exit_code == 0, shown.output
    assert "fresh attempts" in shown.output
    found = json.loads((tmp_path / "calibration.json").read_text())
    assert found["found"] and found["confirmation"]["attempts"] == 100


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["report", "{}"], "autograder attempt"),
        (["compare", "{}", "{}"], "autograder attempt"),
        (["calibrate", "attention.softmax", "--model", "m", "--out", "{}", "--band", "wide"], "two percentages"),
        (["attempt", "attention.nothing", "--model", "m", "--out", "{}"], "attention.nothing"),
        (["attempt", "attention.softmax", "--model", "m", "--out", "{}", "--repair", "99"], "not 99"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments, why, tmp_path):
    given = [item.format(tmp_path) for item in arguments]
    ended = subprocess.run(
        [sys.executable, "-m", "autograder", *given], cwd=ROOT, capture_output=True, text=True, env=dict(os.environ)
    )
    assert ended.returncode == 2
    assert why in ended.stderr and len(ended.stderr.splitlines()) == 1
