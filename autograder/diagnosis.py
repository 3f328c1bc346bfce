"""Names the misunderstanding: which misconception shows the same behaviour as a failed submission.

The misconceptions run on the public seed, on the inputs that the submission failed on, and their observations are
compared with the submission's. Best is one that reproduces every failed check and fails none that the submission
passed. Next come several that explain the failed checks between them, then two planted together whose mistakes meet in
one check. Failing that, what can be explained is, if need be by a misconception that would fail more: a learner may
have met that case by other means.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Sequence

from .catalog import judgement_of
from .exercise import Exercise, Misconception
from .planted import Planted, Programs, programs_of
from .trial import CheckRun
from .verdict import Diagnosis


def diagnose(exercise: Exercise, failed: Iterable[CheckRun], passed_ids: set[str]) -> tuple[Diagnosis, ...]:
    """The misconceptions that explain the failed runs (all at the public seed), best explanation only."""
    by_check = {run.check.id: run for run in failed}
    if not any(run.can_be_explained for run in by_check.values()):
        return ()  # nothing failed, or there is nothing yet that could be misunderstood
    programs = programs_of(exercise)
    found = _explanations(exercise, programs, by_check, passed_ids)
    programs.remember()
    return found


def _explanations(
    exercise: Exercise, programs: Programs, by_check: dict[str, CheckRun], passed_ids: set[str]
) -> tuple[Diagnosis, ...]:
    order = [check.id for check in judgement_of(exercise).checks]
    misconceptions = judgement_of(exercise).misconceptions
    can_be_reproduced = all(run.can_be_explained for run in by_check.values())

    def fits(program: Planted) -> bool:
        """Whether it fails nothing that the submission passed."""
        return all(program.run(check_id).passed for check_id in order if check_id in passed_ids)

    def reproduces(program: Planted) -> bool:
        """Whether it also shows the same in all that the submission failed."""
        for check_id in order:
            if check_id in by_check and not by_check[check_id].behaves_like(program.run(check_id)):
                return False
            if check_id in passed_ids and not program.run(check_id).passed:
                return False
        return True

    def explained(item: Misconception, check_ids: Iterable[str]) -> list[str]:
        """Those of these failed checks in which it shows the same."""
        program = programs.alone(item)
        return [check_id for check_id in check_ids if by_check[check_id].behaves_like(program.run(check_id))]

    reproducing = set()
    for item in _turned(misconceptions) if can_be_reproduced else ():
        if reproduces(programs.alone(item)):
            reproducing.add(item.key)
        programs.remember()
    whole = [item for item in misconceptions if item.key in reproducing]
    if whole:
        return _named((item, list(by_check)) for item in whole)
    found = {item.key: explained(item, by_check) for item in misconceptions if fits(programs.alone(item))}
    unexplained = [check_id for check_id in by_check if not any(check_id in checks for checks in found.values())]
    if unexplained:
        fitting = [item for item in misconceptions if item.key in found]
        for pair in itertools.combinations(fitting, 2) if can_be_reproduced else ():
            # Two mistakes fail, as a rule, what each of them fails: this spares most pairs their run.
            if not all(any(not programs.alone(item).run(check_id).passed for item in pair) for check_id in by_check):
                continue
            both = programs.together(*pair)
            if both and reproduces(both):
                return _named((item, list(by_check)) for item in pair)
        found |= {item.key: explained(item, unexplained) for item in misconceptions if item.key not in found}
    return _named((item, found[item.key]) for item in misconceptions if found.get(item.key))


def _turned(misconceptions: Sequence[Misconception]) -> Sequence[Misconception]:
    """From another one on in each process: of two that begin at the same time, each finds out half for both."""
    start = hash(str(os.getpid())) % max(1, len(misconceptions))
    return [*misconceptions[start:], *misconceptions[:start]]


def _named(found: Iterable[tuple[Misconception, list[str]]]) -> tuple[Diagnosis, ...]:
    """Each misconception once, with the checks that it explains in any of its forms."""
    named: dict[str, Diagnosis] = {}
    for item, explains in found:
        before = named[item.id].explains if item.id in named else ()
        explained = (*before, *(check for check in explains if check not in before))
        named[item.id] = Diagnosis(item.id, item.message, item.question, explained)
    return tuple(named.values())
