"""Judges a submission: runs an exercise's checks against it and puts the verdict together.

Checks run on a hidden seed. A check that fails there is run again on the public seed: what a learner is shown
(messages, pictures, the diagnosis) comes from that second run, so hidden inputs and expected values appear nowhere.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from . import reference
from .catalog import exercise_named, judgement_of
from .diagnosis import diagnose
from .errors import JudgeError, UsageError
from .exercise import Check, Exercise
from .hashes import exercise_hash, grader_hash, judgement_sources, submission_hash
from .kernel import random_state_kept, trusted_submission
from .sandbox import Limits, Sandbox, Usage, WorkerTransport
from .submission import Submission, SubmissionLost
from .trial import PUBLIC_SEED, UNREADABLE, CheckRun, run_check
from .verdict import CheckResult, Diagnosis, Resources, Verdict

MAX_ATTEMPT = 4  # a whole attempt may take this many times the seconds of one check
PROCESS_GROUP = "curriculum.process_group"  # by which ranks talk over gloo
NETWORKS = ("judge", "gloo")
NOT_MADE = (
    "It measures what ranks send or hold. Over gloo nobody sees the one, and the other has gloo's own memory in it."
)
MAX_FATAL = 3  # cells of a notebook that may end or hang the process before nothing more of it is tried


class Stage(Protocol):
    """Where a submission runs: yields a living submission, anew after a crash."""

    def submission(self, public: bool) -> Submission: ...


class WorkerStage:
    """Runs a submission's cells in jailed workers: a fresh one after each crash, and for the public inputs."""

    def __init__(self, sandbox: Sandbox, exercise: Exercise, cells: Sequence[tuple[str, str]], limits: Limits) -> None:
        self.sandbox = sandbox
        self.exercise = exercise
        self.cells = list(cells)
        self.limits = limits
        self.given = reference.given_sources(exercise)
        if sandbox.loopback:
            self.given[PROCESS_GROUP] = reference.module_text(PROCESS_GROUP)
        self.usage = Usage()
        self.transport: WorkerTransport | None = None
        self.problem = ""
        self.saw_hidden_inputs = False
        self.deadline = time.monotonic() + MAX_ATTEMPT * limits.seconds

    def load(self) -> str:
        """Load the cells; one sentence on what keeps the submission from being judged, or empty.

        A cell that ends or hangs the process is left out: in a notebook it may belong to another exercise.
        """
        fatal = ""
        for _ in range(MAX_FATAL + 1):
            try:
                self.submission(public=True)
                return f"{fatal}; without that cell, {self.problem}" if fatal and self.problem else self.problem
            except SubmissionLost as error:
                cell = self._fatal_cell()
                if cell is None:
                    return f"while it was loaded, {error}"
                fatal = f"while {cell[0]} was run, {error}"
                self.cells.remove(cell)
                self.deadline = time.monotonic() + MAX_ATTEMPT * self.limits.seconds
        return fatal

    def _fatal_cell(self) -> tuple[str, str] | None:
        """The first of several cells after which the process is lost, found by running them one by one."""
        if len(self.cells) < 2:
            return None
        transport = self.sandbox.open(self.given, self.limits, self.usage)
        try:
            for cell in self.cells:
                transport.restart_clock()
                try:
                    Submission(transport).load([cell], [])
                except SubmissionLost:
                    return cell
                if time.monotonic() > self.deadline:
                    return None
        finally:
            transport.close()
        return None

    def submission(self, public: bool) -> Submission:
        """A living, loaded submission with its clock restarted. Raises SubmissionLost."""
        if time.monotonic() > self.deadline:
            raise SubmissionLost(f"the whole attempt took more than {MAX_ATTEMPT * self.limits.seconds:g} seconds")
        if public and self.saw_hidden_inputs:
            self.close()  # what is shown comes from the public inputs: a worker that saw the others could show those
            self.saw_hidden_inputs = False
        if self.transport is None or self.transport.closed:
            self.transport = self.sandbox.open(self.given, self.limits, self.usage)
            self.transport.capturing = self.usage.workers == 0
            self.problem = load_problem(self.exercise, Submission(self.transport), self.cells)
        self.transport.capturing = public
        self.saw_hidden_inputs = self.saw_hidden_inputs or not public
        self.transport.restart_clock()
        return Submission(self.transport)

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()


def load_problem(exercise: Exercise, submission: Submission, cells: Sequence[tuple[str, str]]) -> str:
    """Load the cells; one sentence on what keeps the submission from being judged, or empty."""
    loaded = submission.load(cells, exercise.defines)
    try:
        missing, errors, similar = loaded["missing"], loaded["errors"], loaded["similar"]
        if not missing:
            return ""
        # Of many cells, another exercise's may have failed as well.
        ours = [name for name, source in cells if missing[0] in source]
        for error in errors:
            if len(cells) == 1 or any(f" of {name}: " in error["where"] for name in ours):
                where = f" ({error['where']})" if error["where"] else ""
                return f"it raised {error['type']}: {error['message']}{where}, and so defines no {missing[0]}"
        near = f"; it does define {similar[missing[0]][0]}" if similar.get(missing[0]) else ""
        return f"it defines no {missing[0]}{near}"
    except (TypeError, KeyError, IndexError) as error:
        raise SubmissionLost("its process sent a malformed reply") from error


def grade(
    exercise: Exercise | str,
    cells: Sequence[tuple[str, str]] | str,
    *,
    sandbox: Sandbox | None = None,
    isolation: str = "auto",
    seed: int | None = None,
    seconds: float | None = None,
    explained: bool = True,
    network: str = "judge",
) -> Verdict:
    """The final verdict on a submission: Python source, or the (name, source) cells of a notebook.

    The parameters and errors are those of `judged`.
    """
    return judged(
        exercise,
        cells,
        sandbox=sandbox,
        isolation=isolation,
        seed=seed,
        seconds=seconds,
        explained=explained,
        network=network,
    )[0]


def judged(
    exercise: Exercise | str,
    cells: Sequence[tuple[str, str]] | str,
    *,
    sandbox: Sandbox | None = None,
    isolation: str = "auto",
    seed: int | None = None,
    seconds: float | None = None,
    explained: bool = True,
    network: str = "judge",
) -> tuple[Verdict, list[CheckRun]]:
    """The final verdict, and what may be drawn of the checks that failed: their runs on the public inputs.

    `seed` is hidden from the submission; without one, a fresh one is drawn. `seconds` is the wall time one check may
    take. Not `explained`, the verdict says only what failed: for a reward, which nobody reads, that is the half of it.
    Pass a `sandbox` to grade many.

    With the `network` "gloo" the ranks of a submission talk with each other, and not through the judge. Nobody counts
    what they send, so checks that ask for it are not made. The verdict is advisory and comes from the public inputs, in
    a sandbox of its own: what such workers leave for each other in their network then gives nothing away.

    Raises UsageError for an unknown exercise or one without ranks, JudgeError where the judge cannot work.
    """
    exercise = exercise_named(exercise) if isinstance(exercise, str) else exercise
    if network not in NETWORKS:
        raise UsageError(f"there is no network {network!r}; it is one of {', '.join(NETWORKS)}")
    if network == "gloo":
        if not runs_on_ranks(exercise):
            raise UsageError(f"{exercise.id} does not run on ranks, so there is no network to choose")
        if seed is not None:
            raise UsageError("over gloo the inputs are the public ones, so there is no seed to choose")
        seed = PUBLIC_SEED
    if sandbox is not None and (sandbox.loopback or network == "gloo"):
        raise UsageError("over gloo each submission is judged in a sandbox of its own")
    cells = [(exercise.file, cells)] if isinstance(cells, str) else list(cells)
    seed = secrets.randbits(63) if seed is None else seed
    limits = Limits(seconds or exercise.seconds, exercise.memory_mb, exercise.forbids)
    if sandbox is None:
        with Sandbox(exercise.libraries, isolation, loopback=network == "gloo") as own:
            return _judged_in(own, exercise, cells, seed, limits, explained)
    return _judged_in(sandbox, exercise, cells, seed, limits, explained)


def runs_on_ranks(exercise: Exercise) -> bool:
    """Whether what judges it imports `on_every_rank`."""
    importing = re.compile(r"^from autograder\.ranks import .*\bon_every_rank\b", re.MULTILINE)
    return any(importing.search(source) for source in judgement_sources(exercise))


def _judged_in(
    sandbox: Sandbox,
    exercise: Exercise,
    cells: Sequence[tuple[str, str]],
    seed: int,
    limits: Limits,
    explained: bool,
) -> tuple[Verdict, list[CheckRun]]:
    started = time.monotonic()
    stage = WorkerStage(sandbox, exercise, cells, limits)
    try:
        problem = stage.load()
        runs, public_runs = ([], {}) if problem else run_all(exercise, stage, seed, explained)
    finally:
        stage.close()
    resources = Resources(
        round(time.monotonic() - started, 4),
        round(stage.usage.cpu_seconds, 4),
        round(stage.usage.peak_bytes / 1e6, 1),
        stage.usage.workers,
    )
    output = "".join(stage.usage.printed)[:10_000]
    verdict = assemble(exercise, cells, runs, public_runs, problem, output, sandbox.level, seed, resources)
    verdict = replace(verdict, network="gloo") if sandbox.loopback else verdict
    return verdict, list(public_runs.values())


def run_all(
    exercise: Exercise, stage: Stage, seed: int, explained: bool = True
) -> tuple[list[CheckRun], dict[str, CheckRun]]:
    """Every check at `seed`; to be explained, again at the public seed those that failed by what they gave."""
    runs = [_run_on(stage, check, seed, exercise) for check in judgement_of(exercise).checks]
    failed = [run for run in runs if explained and not (run.passed or run.lost or run.not_made)]
    if seed == PUBLIC_SEED:
        return runs, {run.check.id: run for run in failed}
    return runs, {run.check.id: _run_on(stage, run.check, PUBLIC_SEED, exercise) for run in failed}


def _run_on(stage: Stage, check: Check, seed: int, exercise: Exercise) -> CheckRun:
    try:
        run = run_check(check, stage.submission(public=seed == PUBLIC_SEED), seed)
    except SubmissionLost as error:
        return CheckRun(check, (), lost=str(error))
    if run.observations and run.failure.name == UNREADABLE:
        _blame(exercise, check, seed, run.failure.got)
    return run


def _blame(exercise: Exercise, check: Check, seed: int, error: str) -> None:
    """An exception inside a check is ours if the reference causes it too: then nobody loses points for it."""
    with random_state_kept():
        if not run_check(check, reference_submission(exercise), seed).passed:
            raise JudgeError(f"the check {check.id} of {exercise.id} is broken: it raised {error} on the reference too")


def reference_submission(exercise: Exercise) -> Submission:
    """The reference, to be judged like any submission."""
    return trusted_submission(reference.cells_of(exercise), exercise.defines)


def assemble(
    exercise: Exercise,
    cells: Sequence[tuple[str, str]],
    runs: Sequence[CheckRun],
    public_runs: dict[str, CheckRun],
    problem: str,
    output: str,
    isolation: str,
    seed: int,
    resources: Resources,
) -> Verdict:
    """The verdict from the runs at the hidden seed and what the public seed shows of those that failed."""
    checks = judgement_of(exercise).checks
    total = sum(check.weight for check in checks)
    passed_ids = {run.check.id for run in runs if run.passed}
    results, not_made = [], []
    for index, check in enumerate(checks):
        passed = check.id in passed_ids
        points = round(exercise.points * check.weight / total, 4)
        if not problem and runs[index].not_made:
            not_made.append(CheckResult(check.id, check.claim, False, 0.0, points, NOT_MADE))
            continue
        message = "" if passed else problem or _message(runs[index], public_runs.get(check.id))
        results.append(CheckResult(check.id, check.claim, passed, points if passed else 0.0, points, message))
    passed = 0 < len(passed_ids) == len(results)
    diagnosis: tuple[Diagnosis, ...] = ()
    if not passed and not problem:
        failed = [run for run in public_runs.values() if not run.passed]
        diagnosis = diagnose(exercise, failed, passed_ids)
    return Verdict(
        exercise=exercise.id,
        passed=passed,
        score=exercise.points if passed and not not_made else round(sum(result.points for result in results), 4),
        points=exercise.points,
        checks=tuple(results),
        diagnosis=diagnosis,
        problem=problem,
        output=output,
        isolation=isolation,
        seed=seed,
        resources=resources,
        hashes={
            "exercise": exercise_hash(exercise),
            "grader": grader_hash(),
            "submission": submission_hash(cells),
        },
        not_made=tuple(not_made),
    )


def _message(run: CheckRun, public: CheckRun | None) -> str:
    if run.lost:
        return run.lost
    if public is None:
        return f"{run.failure.summary} (on hidden inputs)"
    if public.passed:
        return f"{run.failure.summary} (on hidden inputs; the public ones pass)"
    return public.lost or public.failure.detail
