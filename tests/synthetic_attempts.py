"""Records and transcripts as `autograder attempt` writes them, made up with a seed; their checks are real."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import exercise_named, judgement_of

PROBLEM = "the service answered 529 for ten minutes"


def records(
    rates: dict[str, float],
    runs: int = 15,
    *,
    seed: int = 0,
    shape: str = "implement",
    k: int = 0,
    twin: bool = False,
    model: str = "model-1",
    cost: float | None = 0.01,
    infrastructure: int = 0,
) -> list[dict[str, Any]]:
    """`runs` attempts that count at each exercise, passed with its rate, and some that were lost."""
    rng = np.random.default_rng(seed)
    made = []
    for exercise, rate in rates.items():
        for run in range(1, runs + infrastructure + 1):
            lost = run > runs
            passed = not lost and bool(rng.random() < rate)
            if lost:
                outcome = "infrastructure"
            elif passed:
                outcome = "submitted"
            else:
                outcome = str(rng.choice(["submitted", "submitted", "submitted", "no_submission", "step_limit"]))
            made.append(
                record(exercise, run, passed, outcome, rng, shape=shape, k=k, twin=twin, model=model, cost=cost)
            )
    return made


def record(
    exercise: str,
    run: int,
    passed: bool,
    outcome: str,
    rng: np.random.Generator,
    *,
    shape: str = "implement",
    k: int = 0,
    twin: bool = False,
    model: str = "model-1",
    cost: float | None = 0.01,
) -> dict[str, Any]:
    judgement = judgement_of(exercise_named(exercise))
    names = sorted({item.id for item in judgement.misconceptions})
    submitted = outcome == "submitted"
    task = "twin" if twin else f"{shape}-{k}"
    return {
        "id": f"{exercise}/{task}/{run:02}",
        "exercise": exercise,
        "shape": shape,
        "k": k,
        "twin": twin,
        "run": run,
        "planted": names[:k],
        "model": model,
        "started": "2026-12-01T10:00:00+00:00",
        "seconds": round(float(rng.uniform(20, 90)), 1),
        "steps": int(rng.integers(3, 20)),
        "outcome": outcome,
        "problem": PROBLEM if outcome == "infrastructure" else "",
        "usage": {
            "input_tokens": int(rng.integers(500, 3000)),
            "output_tokens": int(rng.integers(500, 3000)),
            "cache_read_input_tokens": int(rng.integers(5_000, 30_000)),
            "cache_creation_input_tokens": None,
        },
        "cost_usd": cost,
        "submission": f"# run {run}\ndef answer():\n    return {passed}\n" if submitted else None,
        "passed": passed,
        "verdict": verdict(exercise, passed, str(rng.choice(names))) if submitted else None,
    }


def verdict(exercise: str, passed: bool, misconception: str) -> dict[str, Any]:
    """As the judge would write it: a submission that does not pass fails the first check, and is diagnosed."""
    judgement = judgement_of(exercise_named(exercise))
    message = next(item.message for item in judgement.misconceptions if item.id == misconception)
    shape = "weights has shape (2, 3), but should have shape (3, 2)"
    checks = [
        {
            "id": check.id,
            "claim": check.claim,
            "passed": passed or number > 0,
            "points": 1.0 if passed or number > 0 else 0.0,
            "max_points": 1.0,
            "message": "" if passed or number > 0 else shape,
        }
        for number, check in enumerate(judgement.checks)
    ]
    found = [{"id": misconception, "message": message, "question": "Why?", "explains": [checks[0]["id"]]}]
    return {
        "exercise": exercise,
        "passed": passed,
        "score": sum(check["points"] for check in checks),
        "points": float(len(checks)),
        "checks": checks,
        "diagnosis": [] if passed else found,
        "problem": "",
        "output": "",
        "isolation": "namespaces",
        "seed": 1,
        "resources": {"wall_seconds": 1.0, "cpu_seconds": 1.0, "peak_mb": 100.0, "workers": 1},
        "hashes": {"exercise": "e", "grader": "g", "submission": "s"},
    }


def transcript(record: dict[str, Any]) -> list[dict[str, Any]]:
    """A short one: it thinks, writes a file, runs it, and submits."""
    at = "2026-12-01T10:00:00+00:00"

    def response(*content: dict[str, Any], stop: str = "tool_use") -> dict[str, Any]:
        message = {"id": "msg_1", "type": "message", "role": "assistant", "model": record["model"]}
        message |= {"content": list(content), "stop_reason": stop, "usage": record["usage"]}
        return {"type": "response", "at": at, "message": message, "seconds": 2.5}

    def use(name: str, number: int, **given: Any) -> dict[str, Any]:
        return {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": given}

    def result(number: int, content: Any, is_error: bool = False) -> dict[str, Any]:
        block = {"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": content, "is_error": is_error}
        return {"type": "tool_results", "at": at, "content": [block]}

    return [
        {
            "type": "start",
            "at": at,
            "system": "You solve exercises.",
            "tools": [{"type": "bash_20250124", "name": "bash"}, {"name": "submit", "description": "Hand it in."}],
            "prompt": "Write softmax, stable and along any axis.",
            "files": {"solution.py": "def softmax(x, axis=-1):\n    ...\n"},
        },
        response(
            {"type": "thinking", "thinking": "Subtract the maximum first.", "signature": "c2lnbmF0dXJl"},
            {"type": "text", "text": "I start with the file."},
            use("str_replace_based_edit_tool", 1, command="create", path="solution.py", file_text="import numpy\n"),
        ),
        result(1, "The file was written."),
        response(use("bash", 2, command="python -c 'import solution'")),
        result(2, [{"type": "text", "text": "NameError: name 'x' is not defined"}], is_error=True),
        {"type": "restart", "at": at},
        response({"type": "text", "text": "Now I hand it in."}, use("submit", 3)),
        {"type": "end", "at": at, "outcome": record["outcome"]},
    ]
