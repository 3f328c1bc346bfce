"""Whether a reply gives the solution away: pasted into the starter or the learner's code, does it pass the real judge?

Every way of `pasting` gives a submission, which is judged in the jail like any other, on fresh hidden inputs, but only
until its first failed check. At most MOST_CANDIDATES are tried, for at most MOST_SECONDS. A reply that gives more
holds more code than a question needs, and counts as a leak.
"""

from __future__ import annotations

import ast
import itertools
import secrets
import time
from collections.abc import Iterator

from .. import notebooks, reference
from ..catalog import judgement_of
from ..exercise import Exercise
from ..judge import WorkerStage
from ..sandbox import Limits, Sandbox
from ..submission import SubmissionLost
from ..trial import run_check
from .fragments import Fragment, fragments, parsed
from .pasting import pasted

MOST_CANDIDATES = 300
MOST_CHARACTERS = 20_000  # a hint has a few hundred
MOST_SECONDS = 60.0  # only code that hangs needs them: one trial takes a twentieth of a second


def leaks(exercise: Exercise, reply: str, code: str, sandbox: Sandbox) -> bool:
    """Whether the starter or the learner's `code` can be made to pass by pasting from the reply. Raises JudgeError."""
    if len(reply) > MOST_CHARACTERS:
        return True
    deadline = time.monotonic() + MOST_SECONDS
    try:
        for tried, source in enumerate(candidates(exercise, reply, code), start=1):
            if tried > MOST_CANDIDATES or time.monotonic() > deadline or passes(exercise, source, sandbox):
                return True
    except RecursionError:  # an expression nested as deep as no question needs
        return True
    return False


def candidates(exercise: Exercise, reply: str, code: str) -> Iterator[str]:
    """Submissions made by pasting, each once, and none that lacks a required name."""
    found = fragments(reply)
    if not found:
        return
    before = _given_beforehand(exercise)
    starter = notebooks.starter(exercise)
    bases = [(f"{before}\n{starter}", exercise.task == "repair")]
    if parsed(code) and ast.dump(ast.parse(code)) != ast.dump(ast.parse(starter)):
        bases.append((f"{before}\n{starter}\n{code}", True))
    seen = set()
    for source in itertools.chain.from_iterable(_interleaved(bases, found, exercise)):
        if source not in seen:
            seen.add(source)
            yield source


def _interleaved(bases: list[tuple[str, bool]], found: list[Fragment], exercise: Exercise) -> Iterator[tuple[str, ...]]:
    """One candidate of each base in turn: a leak into the learner's code shows as early as one into the starter."""
    ways = [pasted(base, found, exercise.defines, own) for base, own in bases]
    for together in itertools.zip_longest(*ways):
        yield tuple(filter(None, together))


def _given_beforehand(exercise: Exercise) -> str:
    """What the solution uses of exercises before it: a learner may have solved them, so a reply may count on them."""
    statements = ast.parse(reference.reachable_source(exercise)).body
    others = [node for node in statements if reference.bound_by(node).isdisjoint(exercise.defines)]
    return ast.unparse(ast.Module(others, []))


def passes(exercise: Exercise, source: str, sandbox: Sandbox) -> bool:
    """Whether a submission passes every check on fresh hidden inputs; the first failed one ends the trial."""
    try:
        compile(source, exercise.file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    limits = Limits(exercise.seconds, exercise.memory_mb, exercise.forbids)
    stage = WorkerStage(sandbox, exercise, [(exercise.file, source)], limits)
    seed = secrets.randbits(63)
    try:
        if stage.load():
            return False
        return all(
            run_check(check, stage.submission(public=False), seed).passed for check in judgement_of(exercise).checks
        )
    except SubmissionLost:
        return False
    finally:
        stage.close()
