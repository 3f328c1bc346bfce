"""Many attempts at once: each is recorded as it goes, and what was stopped goes on where it was."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import platform
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

import anthropic

from ..errors import JudgeError, UsageError
from ..hashes import exercise_hash, grader_hash
from ..judge import grade
from ..sandbox import shared_sandbox
from ..sources import cells_from_text
from ..verdict import Verdict
from .loop import Attempt, Limits, run
from .records import INFRASTRUCTURE, Folder, Record, now
from .shapes import Problem

RETRIES = 8  # of one request, by the SDK
REQUEST_SECONDS = 600.0
LONGEST_PAUSE = 600.0  # a larger retry-after is not waited for by the other attempts


@dataclass(frozen=True)
class Settings:
    """How attempts are made."""

    model: str
    concurrency: int = 15
    limits: Limits = field(default_factory=Limits)
    effort: str | None = None
    budget_usd: float | None = None
    isolation: str = "auto"


@dataclass
class Tally:
    """What has come of a folder's attempts so far."""

    done: int = 0
    passed: int = 0
    infrastructure: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    priced: bool = True
    """Whether the cost of every attempt is known."""

    def add(self, record: Record) -> None:
        if record["outcome"] == INFRASTRUCTURE:
            self.infrastructure += 1
        else:
            self.done += 1
            self.passed += record["passed"]
        self.tokens += sum(record["usage"].values())
        self.cost_usd += record["cost_usd"] or 0.0
        self.priced = self.priced and record["cost_usd"] is not None


class BudgetSpent(Exception):
    """No more is to be spent; what is recorded stays."""


class Gate:
    """Lets all attempts wait when the API asks one of them to: a limit on the rate is everybody's."""

    def __init__(self) -> None:
        self.closed_until = 0.0

    async def __call__(self, request: Any, call_next: Callable[[Any], Awaitable[Any]]) -> Any:
        clock = asyncio.get_running_loop().time
        while (remaining := self.closed_until - clock()) > 0:
            await asyncio.sleep(remaining)
        response = await call_next(request)
        if response.status_code == 429:
            with contextlib.suppress(ValueError):
                pause = float(response.headers.get("retry-after", "1"))
                self.closed_until = max(self.closed_until, clock() + min(pause, LONGEST_PAUSE))
        return response


def client() -> anthropic.AsyncAnthropic:
    """Raises UsageError where no key is set."""
    try:
        made = anthropic.AsyncAnthropic(max_retries=RETRIES, timeout=REQUEST_SECONDS, middleware=[Gate()])
    except anthropic.AnthropicError as error:
        raise UsageError(f"no key for the API: {error}") from None
    if not (made.api_key or made.auth_token):
        raise UsageError("no key for the API: set ANTHROPIC_API_KEY (https://platform.claude.com/settings/keys)")
    return made


async def attempt_all(
    api: anthropic.AsyncAnthropic,
    problems: Sequence[Problem],
    numbers: Sequence[int],
    settings: Settings,
    folder: Folder,
    progress: Callable[[Tally], None] = lambda tally: None,
) -> list[Record]:
    """Make the attempts of these `numbers` that the folder does not hold yet; the records of all of them.

    Infrastructure errors are tried again. Raises BudgetSpent once the budget is; an interrupt ends all attempts where
    they are.
    """
    every = {f"{problem.id}/{number:03}": (problem, number) for problem in problems for number in numbers}
    wanted = dict(every)
    tally = Tally()
    for record in folder.records():
        if record["id"] in wanted and record["outcome"] != INFRASTRUCTURE:
            tally.add(record)
            del wanted[record["id"]]
    progress(tally)
    spent = tally.cost_usd
    places = asyncio.Semaphore(settings.concurrency)
    # One at a time: a judge looks to it that a submission has the time that it is given.
    judges = concurrent.futures.ThreadPoolExecutor(max_workers=1)

    def note(usd: float) -> None:
        nonlocal spent
        spent += usd

    async def one(identity: str, problem: Problem, number: int) -> None:
        async with places:
            if settings.budget_usd is not None and spent >= settings.budget_usd:
                raise BudgetSpent(f"the budget of {settings.budget_usd:g} dollars is spent")
            started = now()
            transcript = folder.transcript(identity)
            ended = await run(api, problem, settings.model, transcript, settings.limits, settings.effort, note)
            passed, verdict = await asyncio.get_running_loop().run_in_executor(
                judges, judged, problem, ended, settings.isolation
            )
            record = as_record(identity, problem, number, started, ended, passed, verdict)
            folder.add(record)
            tally.add(record)
            progress(tally)

    try:
        async with asyncio.TaskGroup() as group:
            for identity, (problem, number) in wanted.items():
                group.create_task(one(identity, problem, number))
    except* (BudgetSpent, UsageError, JudgeError) as errors:
        raise errors.exceptions[0] from None
    finally:
        judges.shutdown(wait=False, cancel_futures=True)
    return [record for record in folder.records() if record["id"] in every]


def judged(problem: Problem, attempt: Attempt, isolation: str = "auto") -> tuple[bool, Verdict | None]:
    """Whether it passed, and the judge's verdict, of what was submitted.

    A twin's attempt passes if it satisfies the visible test, against its statement.
    """
    if attempt.outcome != "submitted" or attempt.submission is None:
        return False, None
    exercise = problem.exercise
    try:
        cells = cells_from_text(attempt.submission, exercise.file)
    except UsageError:
        return False, None
    sandbox = shared_sandbox(exercise.libraries, isolation)
    verdict = grade(exercise, cells, sandbox=sandbox)
    passed = verdict.passed if problem.twin is None else problem.twin.passed_by(cells, sandbox)
    return passed, verdict


def as_record(
    identity: str, problem: Problem, number: int, started: str, attempt: Attempt, passed: bool, verdict: Verdict | None
) -> Record:
    return {
        "id": identity,
        "exercise": problem.exercise.id,
        "shape": problem.shape,
        "k": problem.k,
        "twin": problem.twin is not None,
        "planted": list(problem.planted),
        "run": number,
        "started": started,
        **asdict(attempt),
        "passed": passed,
        "verdict": None if verdict is None else verdict.to_json(),
    }


def description(problems: Sequence[Problem], settings: Settings, command: Sequence[str]) -> dict[str, Any]:
    """What was asked for, as `run.json` keeps it. How many runs, at what concurrency and budget, may change later."""
    return {
        "asked": {
            "tasks": sorted(problem.id for problem in problems),
            "model": settings.model,
            "effort": settings.effort,
            "limits": asdict(settings.limits),
        },
        "command": list(command),
        "started": now(),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("anthropic", "numpy", "torch")},
        },
        "hashes": {
            "grader": grader_hash(),
            **{problem.exercise.id: exercise_hash(problem.exercise) for problem in problems},
        },
    }
