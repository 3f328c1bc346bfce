"""The verdict: one typed record, the same at every door."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class CheckResult:
    """How one check went."""

    id: str
    claim: str
    passed: bool
    points: float
    """Points earned."""
    max_points: float
    message: str
    """What went wrong, from the public seed where it shows there; empty when passed."""


@dataclass(frozen=True)
class Diagnosis:
    """A misconception whose behaviour the submission reproduces."""

    id: str
    message: str
    question: str
    explains: tuple[str, ...]
    """Ids of the failed checks it reproduces."""


@dataclass(frozen=True)
class Resources:
    """As counted by the kernel for the submission's own processes; the wall time is the judge's."""

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float
    workers: int
    """Processes used: one, one more after each crash, and one for the public inputs where a check failed."""


@dataclass(frozen=True)
class Verdict:
    """What the judge found of one submission."""

    exercise: str
    passed: bool
    score: float
    """Points earned, 0 to `points`."""
    points: float
    checks: tuple[CheckResult, ...]
    diagnosis: tuple[Diagnosis, ...]
    problem: str
    """Why the submission as a whole could not run (a syntax error, a missing name), or empty."""
    output: str
    """The beginning of what the submission printed."""
    isolation: str
    """namespaces, bubblewrap, landlock, rlimits or kernel; the last two are advisory."""
    seed: int
    resources: Resources
    hashes: dict[str, str]
    """SHA-256 of the exercise (its judgement and reference), the grader and the submission."""
    network: str = "judge"
    """Between ranks: "judge", who counts what is sent; or "gloo", on the public inputs, and then it is advisory."""
    not_made: tuple[CheckResult, ...] = ()
    """The checks that cannot be made over gloo; `checks`, `passed` and `score` are about the others."""

    @property
    def fraction(self) -> float:
        """The score on a scale from 0 to 1."""
        return self.score / self.points if self.points else 0.0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Verdict:
        """What `to_json` gave, a verdict again."""
        diagnosis = tuple(Diagnosis(**{**item, "explains": tuple(item["explains"])}) for item in data["diagnosis"])
        checks, not_made = (
            tuple(CheckResult(**item) for item in data.get(part, ())) for part in ("checks", "not_made")
        )
        resources = Resources(**data["resources"])
        parts = {"checks": checks, "not_made": not_made, "diagnosis": diagnosis, "resources": resources}
        return cls(**{**data, **parts})
