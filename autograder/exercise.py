"""What an exercise is: its catalogue entry, and the checks, misconceptions and hints that judge it.

`Exercise` is the light half, read without importing any check (`autograder.catalog`). `Judgement` is the other half,
built by a module of `autograder.exercises`:

    moments = Judgement("dropout.moments")

    @moments.check(weight=2)
    def mean_is_exact(s, rng):
        \"\"\"The mean is keep · scale · E[x].\"\"\"       # a claim that holds for every correct solution
        …
        yield close("mean", got, expected)

    moments.misconception("no_scale", edit=("x / keep", "x"), message="…", question="…")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from .observation import Observation
    from .submission import Submission

    CheckFunction = Callable[["Submission", np.random.Generator], Iterator["Observation"]]


@dataclass(frozen=True)
class Exercise:
    """One entry of the catalogue."""

    id: str
    """`chapter.name`, for example `dropout.mask`."""
    title: str
    notebook: str
    """Path below `notebooks/`, which holds the statement, the starter and the solution cell."""
    defines: tuple[str, ...]
    """Names a submission must define: functions and classes of `reference`."""
    reference: str
    """The `curriculum` module that holds the solution."""
    points: float
    difficulty: int
    """1 (a line or two) to 5 (an hour of thought)."""
    minutes: int
    """Expected time."""
    task: str = "implement"
    """implement (from an empty starter) or repair (from a colleague's code)."""
    file: str = "solution.py"
    """The submission's file name in a workspace."""
    libraries: tuple[str, ...] = ("numpy",)
    """What a submission may import besides the standard library; nothing else is in its worker."""
    given: tuple[str, ...] = ()
    """`curriculum` modules it may import."""
    forbids: tuple[str, ...] = ()
    """Library functions that the task asks to be written by hand, unavailable while it is judged."""
    seconds: float = 10.0
    """Wall time one check may take."""
    memory_mb: int = 512
    """Memory beyond that of the imported libraries."""

    @property
    def chapter(self) -> str:
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Check:
    """A named property that holds for every correct solution."""

    id: str
    claim: str
    weight: float
    run: CheckFunction = field(repr=False)


@dataclass(frozen=True)
class Misconception:
    """A known-wrong implementation, and what to say to someone who made it.

    It is `edits` of the reference's source, or a `source` of its own that defines the exercise's names (after the
    imports of the reference's module).
    """

    id: str
    message: str
    """What was misunderstood, as a sentence about the code."""
    question: str
    """A question that leads on, without the answer."""
    edits: tuple[tuple[str, str], ...] = ()
    source: str = ""
    form: int = 1
    """One mistake can show in several ways: its other forms have the same id and message."""

    @property
    def key(self) -> str:
        """Its id, with the number of the form where there are several."""
        return self.id if self.form == 1 else f"{self.id}#{self.form}"


class Judgement:
    """How one exercise is judged."""

    def __init__(self, exercise_id: str, hints: Sequence[str] = ()) -> None:
        self.exercise_id = exercise_id
        self.hints = tuple(hints)
        """Staged: the first turns the reader's head, the last nearly gives it away."""
        self.checks: list[Check] = []
        self.misconceptions: list[Misconception] = []

    def check(self, weight: float = 1.0) -> Callable[[CheckFunction], CheckFunction]:
        """Register a generator `(submission, rng) → observations`; its docstring's first line is the claim.

        The exercise's points are shared among its checks by weight.
        """

        def register(function: CheckFunction) -> CheckFunction:
            claim = (function.__doc__ or "").strip().splitlines()[0]
            self.checks.append(Check(function.__name__, claim, weight, function))
            return function

        return register

    def misconception(
        self,
        identity: str,
        *,
        edit: tuple[str, str] | None = None,
        edits: Sequence[tuple[str, str]] = (),
        source: str = "",
        message: str,
        question: str,
    ) -> None:
        """Register a known-wrong implementation: one `edit` or several of the reference's source, or a `source`."""
        changes = tuple(edits) + ((edit,) if edit else ())
        self.misconceptions.append(Misconception(identity, message, question, changes, source))

    def another_form(
        self,
        identity: str,
        *,
        edit: tuple[str, str] | None = None,
        edits: Sequence[tuple[str, str]] = (),
        source: str = "",
    ) -> None:
        """Register another way in which a misconception shows, to be named and explained like the first."""
        forms = [item for item in self.misconceptions if item.id == identity]
        changes = tuple(edits) + ((edit,) if edit else ())
        self.misconceptions.append(replace(forms[0], edits=changes, source=source, form=len(forms) + 1))
