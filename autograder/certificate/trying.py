"""The parts of a certificate: each tries an exercise's grader with one kind of program and says how it went.

Programs run in jailed workers, as submissions do. Many seeds share a worker where the program is our own.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..catalog import judgement_of
from ..exercise import Exercise
from ..judge import grade
from ..notebooks import starter
from ..reference import cells_of, given_sources
from ..sandbox import Limits, Sandbox, Usage, WorkerTransport
from ..submission import Submission, SubmissionLost
from ..trial import PUBLIC_SEED, run_check
from . import proofs
from .agreement import claims, first_difference
from .mutants import mutants

Cells = Sequence[tuple[str, str]]
Result = dict[str, Any]

SEEDS_PER_WORKER = 50  # a worker's CPU time is limited
SLOW, BUDGET, LEAST = 0.1, 120.0, 20  # seconds an attempt, seconds in all, seeds: see `accepted`
IMPATIENT = 5.0  # seconds that a check of a mutant may take
AIM = """
import functools
if "attack" in globals():
    for name in NAMES:
        globals()[name] = functools.partial(attack, globals()[name])
"""


@dataclass(frozen=True)
class Effort:
    """How hard to try."""

    seeds: int = 1000
    """On how many seeds a correct program must pass."""
    repeats: int = 3
    """On how many seeds a wrong program must fail, each time."""
    inputs: int = 10_000
    """On how many inputs an equivalent mutant must agree with the reference."""
    patience: float = 5.0
    """Seconds that a check of an exploit may take: one that hangs should not hold everybody up."""
    one_in: int = 1
    """Of mutants and rewrites, one in how many is tried."""
    one_known_in: int = 1
    """Of misconceptions and exploits, one in how many is tried."""


FAST = Effort(seeds=4, repeats=1, inputs=300, patience=0.5, one_in=3)
THIN = Effort(seeds=1, repeats=1, inputs=300, patience=1.5, one_in=20, one_known_in=10)
"""For the tests, where an attempt takes long."""


def reference(exercise: Exercise, effort: Effort, sandbox: Sandbox) -> Result:
    return accepted(exercise, cells_of(exercise), effort, sandbox)


def variants(exercise: Exercise, effort: Effort, sandbox: Sandbox) -> Result:
    """Correct programs that were written from the statement alone."""
    found = {}
    for program in proofs.variants(exercise):
        cells = [(exercise.file, program.source)]
        found[program.name] = {"about": program.about, **accepted(exercise, cells, effort, sandbox)}
    return {"variants": found}


def accepted(exercise: Exercise, cells: Cells, effort: Effort, sandbox: Sandbox) -> Result:
    """On how many seeds a correct program was tried, what wrongly failed, and how long its checks take, in ms.

    All of `effort.seeds` where an attempt takes under SLOW seconds; else as many as BUDGET seconds allow, or LEAST.
    """
    tally = Tally(exercise, sandbox, cells)
    seeds = effort.seeds
    started = time.perf_counter()
    done = 0
    while done < seeds:
        tally.try_seed(done)
        done += 1
        if done == min(LEAST, effort.seeds):
            each = (time.perf_counter() - started) / done
            if each >= SLOW:
                seeds = min(effort.seeds, max(LEAST, int(BUDGET / each)))
    tally.close()
    ms = 1000 * (time.perf_counter() - started) / seeds
    return {"seeds": seeds, "false_rejections": tally.rejections, "ms": round(ms, 1)}


@dataclass
class Tally:
    """Runs one program's checks at seed after seed."""

    exercise: Exercise
    sandbox: Sandbox
    cells: Cells
    rejections: list[str] = field(default_factory=list)
    seconds: float | None = None
    left: int = 0
    transport: WorkerTransport | None = None

    def try_seed(self, seed: int, stop_early: bool = False) -> bool:
        """Whether every check passed. What did not is noted in `rejections`."""
        passed = True
        for check in judgement_of(self.exercise).checks:
            try:
                run = run_check(check, self._living(), seed)
                why = "" if run.passed else run.lost or run.failure.summary
            except SubmissionLost as error:
                why = str(error)
            if why:
                self.rejections.append(f"{check.id} at seed {seed}: {why}")
                passed = False
                if stop_early:
                    break
        self.left -= 1
        return passed

    def _living(self) -> Submission:
        if self.transport is None or self.transport.closed or self.left <= 0:
            self.close()
            limits = Limits(self.seconds or self.exercise.seconds, self.exercise.memory_mb, self.exercise.forbids)
            self.transport = self.sandbox.open(given_sources(self.exercise), limits, Usage())
            self.left = SEEDS_PER_WORKER
            missing = Submission(self.transport).load(self.cells, self.exercise.defines)["missing"]
            if missing:
                self.transport.close()
                raise SubmissionLost(f"it does not define {', '.join(missing)}")
        self.transport.restart_clock()
        return Submission(self.transport)

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()


def starter_is_rejected(exercise: Exercise, effort: Effort, sandbox: Sandbox) -> Result:
    return {"starter_rejected": not grade(exercise, starter(exercise), sandbox=sandbox, explained=False).passed}


def misconceptions(exercise: Exercise, effort: Effort, sandbox: Sandbox) -> Result:
    """Each misconception, judged like any submission: whether it fails at every seed, and whether it is named."""
    tried = judgement_of(exercise).misconceptions[:: effort.one_known_in]
    accepted, misnamed = [], {}
    for item in tried:
        for seed in range(1, effort.repeats + 1):
            verdict = grade(exercise, cells_of(exercise, item), sandbox=sandbox, seed=seed)
            named = [found.id for found in verdict.diagnosis]
            if verdict.passed:
                accepted.append(f"{item.key} at seed {seed}")
            elif item.id not in named:
                misnamed[f"{item.key} at seed {seed}"] = named
    return {"total": len(tried), "accepted": accepted, "misnamed": misnamed}


def rewrites(exercise: Exercise, effort: Effort, sandbox: Sandbox) -> Result:
    """Each rewrite of a misconception: whether the diagnosis names it; and what has not been rewritten twice."""
    written = [program.name.partition(".")[0] for program in proofs.rewrites(exercise)]
    programs = proofs.rewrites(exercise)[:: effort.one_in]
    known = {item.id for item in judgement_of(exercise).misconceptions}
    accepted, unnamed, misnamed = [], [], {}
    for program in programs:
        wanted = program.name.partition(".")[0]
        verdict = grade(exercise, program.source, sandbox=sandbox, seed=1)
        named = [found.id for found in verdict.diagnosis]
        if verdict.passed:
            accepted.append(program.name)
        elif not named:
            unnamed.append(program.name)
        elif wanted not in named:
            misnamed[program.name] = named
    return {
        "total": len(programs),
        "accepted": accepted,
        "unnamed": unnamed,
        "misnamed": misnamed,
        "missing": sorted(identity for identity in known if written.count(identity) < 2),
        "of_nothing": sorted(set(written) - known),
    }


def mutants_die(exercise: Exercise, effort: Effort, sandbox: Sandbox) -> Result:
    """Each mutant: killed at every seed, or argued to be no different and shown to agree, or a survivor."""
    all_mutants = mutants(exercise)
    tried = all_mutants[:: effort.one_in]
    claimed = claims(exercise)
    killed, equivalent, survivors = 0, {}, {}
    for mutant in tried:
        tally = Tally(exercise, sandbox, mutant.cells(exercise), seconds=IMPATIENT)
        lives = [seed for seed in range(1, effort.repeats + 1) if tally.try_seed(seed, stop_early=True)]
        tally.close()
        if not lives:
            killed += 1
            continue
        argument = claimed.arguments.get(mutant.name) if claimed else None
        if claimed is None or argument is None:
            survivors[mutant.name] = f"{mutant.operator}; lives at {len(lives)} of {effort.repeats} seeds"
            continue
        number = first_difference(exercise, mutant, claimed.outcome, effort.inputs)
        if number is None:
            equivalent[mutant.name] = {"operator": mutant.operator, "argument": argument}
        else:
            survivors[mutant.name] = f"said to be equivalent, but differs on input {number}"
    left_out = {mutant.name for mutant in all_mutants} - {mutant.name for mutant in tried}
    idle = sorted(set(claimed.arguments) - set(equivalent) - set(survivors) - left_out) if claimed else []
    return {
        "total": len(tried),
        "killed": killed,
        "equivalent": equivalent,
        "agree_on": effort.inputs,
        "survivors": survivors,
        "idle_arguments": idle,
    }


def exploits_are_stopped(exercise: Exercise, effort: Effort, sandbox: Sandbox) -> Result:
    """Each exploit, turned against this exercise."""
    fooled = []
    programs = [program for program in proofs.exploits() if program.aims_at(exercise)][:: effort.one_known_in]
    for program in programs:
        cells = attack(exercise, cells_of(exercise, judgement_of(exercise).misconceptions[0]), program.source)
        verdict = grade(exercise, cells, sandbox=sandbox, seconds=effort.patience, explained=False)
        if verdict.passed:
            fooled.append(program.name)
    return {"total": len(programs), "fooled_by": fooled}


def attack(exercise: Exercise, wrong: Cells, source: str) -> list[tuple[str, str]]:
    """An exploit's cells: what it may know, a wrong solution, its own code, and its aim.

    The wrong solution is what it tries to get accepted. It may define `attack(wrong, *args, **kwargs)`, which takes the
    place of each name of the exercise and is given the wrong function or class of that name.
    """
    facts = {"NAMES": exercise.defines, "REFERENCE": exercise.reference, "REPOSITORY": str(proofs.FOLDER.parent)}
    known = "\n".join(f"{name} = {fact!r}" for name, fact in facts.items())
    return [("known.py", known), *wrong, (exercise.file, source), ("aim.py", AIM)]


def cost(exercise: Exercise, effort: Effort, sandbox: Sandbox) -> Result:
    """Median milliseconds of a graded, jailed attempt."""
    times = []
    for number in range(min(5 * effort.repeats, effort.seeds) + 1):
        started = time.perf_counter()
        grade(exercise, cells_of(exercise), sandbox=sandbox, seed=number + PUBLIC_SEED + 1)
        times.append(time.perf_counter() - started)
    return {"median_ms": round(1000 * statistics.median(times[1:]), 1)}


PARTS = {
    "reference": reference,
    "variants": variants,
    "starter": starter_is_rejected,
    "misconceptions": misconceptions,
    "rewrites": rewrites,
    "mutants": mutants_die,
    "exploits": exploits_are_stopped,
    "cost": cost,
}
