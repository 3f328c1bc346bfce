"""One check run once against one submission, and what it showed."""

from __future__ import annotations

import builtins
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from .errors import JudgeError, NotCounted
from .exercise import Check
from .observation import Observation
from .submission import Submission, SubmissionLost, SubmissionRaised
from .worker.executor import derived_seed

PUBLIC_SEED = 0
"""What a learner is shown comes from this seed; final verdicts come from another, hidden one."""
UNREADABLE = "unreadable"
UNWRITTEN = NotImplementedError.__name__  # what starters raise


@dataclass(frozen=True)
class CheckRun:
    """One check, run once at one seed."""

    check: Check
    observations: tuple[Observation, ...]
    lost: str = ""
    """Why the submission's process was lost during the check, or empty."""
    not_made: bool = False
    """Whether the check, with nothing failed so far, asked for what is not counted here."""

    @property
    def passed(self) -> bool:
        return not self.lost and not self.not_made and all(observation.passed for observation in self.observations)

    @property
    def failure(self) -> Observation:
        """The observation at which the check failed."""
        return self.observations[-1]

    @property
    def can_be_explained(self) -> bool:
        """Whether a misconception may show the same. None loses its process, or says that it is still to be written."""
        # An observation that something raised, or raised something else than it should, holds the name of its class.
        return not self.lost and not any(
            isinstance(item.got, str) and item.got == UNWRITTEN for item in self.observations
        )

    def behaves_like(self, other: CheckRun) -> bool:
        """Whether two submissions showed the same behaviour in this check."""
        return (
            not self.lost
            and not other.lost
            and len(self.observations) == len(other.observations)
            and all(a.matches(b) for a, b in zip(self.observations, other.observations, strict=True))
        )


def run_check(check: Check, submission: Submission, seed: int) -> CheckRun:
    """Run one check; it stops at its first failed observation. Raises JudgeError for a fault of the check itself."""
    observations: list[Observation] = []
    try:
        with one_torch_thread():
            submission.begin(derived_seed(seed, "submission", check.id))
            rng = np.random.default_rng(derived_seed(seed, "judge", check.id))
            for observation in check.run(submission, rng):
                passed = observation.passed
                observations.append(observation)
                if not passed:
                    break
            submission.settle()
    except SubmissionRaised as error:
        where = f" ({error.where})" if error.where else ""
        summary = f"raised {_without_its_words(error)}"
        observations.append(Observation("raised", False, error.type, "", 0, summary, f"raised {error}{where}"))
    except SubmissionLost as error:
        return CheckRun(check, tuple(observations), lost=str(error))
    except NotCounted:
        return CheckRun(check, tuple(observations), not_made=True)
    except JudgeError:
        raise
    except Exception as error:
        # Either the submission returned what the check cannot read, or the check is broken: the judge asks the
        # reference.
        text = "it returned something of the wrong kind or shape, which this check cannot read"
        observations.append(Observation(UNREADABLE, False, type(error).__name__, "", 0, text, text))
    return CheckRun(check, tuple(observations))


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Let torch, if it is loaded, compute in this thread alone: the tensors of a check are too small to share out.

    Where the machine is busy, waiting for a second thread takes many times as long as the work.
    """
    torch = sys.modules.get("torch")
    threads = torch.get_num_threads() if torch else 1
    if torch is None or threads == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _without_its_words(error: SubmissionRaised) -> str:
    """A built-in class and a line number: a message, a class's name or a quoted line may carry hidden inputs."""
    known = [name for name in (error.type, *error.bases) if isinstance(getattr(builtins, name, None), type)]
    line = re.match(r"line (\d{1,5}) of ", error.where)
    return (known[0] if known else "an exception") + (f" (line {line[1]})" if line else "")
