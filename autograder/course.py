"""The course's main job, behind `make course`: make again what is out of date, and say where to look."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import click

from . import machine, progress
from .batch import Summary, grade_batch, read_lines

ATTEMPTS = Path("attempts/attempts.jsonl")
VERDICTS = Path("build/attempts/verdicts.jsonl")


def grade_attempts() -> Summary:
    """Grade the recorded attempts headlessly, keeping verdicts that are still valid. Raises UsageError, JudgeError."""
    with progress.bar(len(read_lines(ATTEMPTS)), "grading the recorded attempts") as advance:
        return grade_batch(ATTEMPTS, VERDICTS, jobs=os.cpu_count() or 1, resume=True, progress=advance)


def report(summary: Summary) -> str:
    """What passed, what did not and why, where to look, what to type next."""
    verdicts = [json.loads(line) for _, line in read_lines(VERDICTS)]
    by_exercise: dict[str, list[dict]] = {}
    for verdict in verdicts:
        by_exercise.setdefault(verdict.get("exercise", "(not gradable)"), []).append(verdict)
    lines = [
        f"Recorded attempts: {summary.passed} of {summary.total} passed ({summary.reused} verdicts were up to date)"
    ]
    for exercise, group in by_exercise.items():
        lines.append(f"  {exercise}: {sum(bool(item.get('passed')) for item in group)} of {len(group)} passed")
        for item in sorted(group, key=lambda item: str(item["id"])):
            if not item.get("passed"):
                lines.append(f"    {item['id']}: {_why(item)}")
    levels = Counter(item["isolation"] for item in verdicts if "isolation" in item)
    lines.append(f"  isolation: {', '.join(levels)}; every verdict in full: {VERDICTS}")
    lines += [f"This machine: {sentence}" for sentence in machine.lacking()]
    lines += [
        "Next:",
        "  .venv/bin/autograder list",
        "  .venv/bin/autograder show dropout.variance_stabilized",
        "  .venv/bin/autograder grade dropout.variance_stabilized YOUR_FILE.py",
        "  make test",
    ]
    return "\n".join(lines)


def _why(item: dict) -> str:
    if "error" in item:
        return str(item["error"])
    if item["diagnosis"]:
        return " ".join(found["message"] for found in item["diagnosis"])
    return item["problem"] or next(check["message"] for check in item["checks"] if not check["passed"])


def main() -> None:
    summary = grade_attempts()
    click.echo(report(summary))
    if summary.errors:
        raise SystemExit(2)


if __name__ == "__main__":
    from .cli import in_one_sentence

    in_one_sentence(main)
