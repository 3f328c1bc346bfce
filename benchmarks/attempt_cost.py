"""What isolation costs: a jailed, graded attempt beside its checks alone and beside a fresh process with torch.

    python benchmarks/attempt_cost.py [EXERCISE] [--attempts 100] [--json]

The same correct solution is judged at the same hidden seeds in four ways:

    A  graded in a worker forked from a zygote that has torch loaded
    B  the same, from a zygote with NumPy only
    C  its checks alone, in this process
    D  its checks in a fresh Python that imports torch first

A − C is what a verdict costs beyond its checks (goal: at most 60 ms); D / A what forking saves (goal: at least 30).
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from autograder import judge
from autograder.catalog import exercise_named, judgement_of
from autograder.exercise import Exercise
from autograder.kernel import random_state_kept, trusted_submission
from autograder.reference import cells_of
from autograder.sandbox import Sandbox
from autograder.submission import Submission
from autograder.trial import run_check
from curriculum.provenance import machine

WARM_UP, FRESH = 5, 20
GOAL_MS, GOAL_RATIO = 60.0, 30.0

FRESH_PROCESS = """
import sys, torch
sys.path.insert(0, sys.argv[1])
from autograder.catalog import exercise_named, judgement_of
from autograder.kernel import trusted_submission
from autograder.reference import cells_of
from autograder.trial import run_check
from curriculum.provenance import machine
exercise = exercise_named(sys.argv[2])
submission = trusted_submission(cells_of(exercise))
assert all(run_check(check, submission, int(sys.argv[3])).passed for check in judgement_of(exercise).checks)
"""


def seconds(work: Callable[[], bool]) -> float:
    """The wall time of work that must succeed."""
    started = time.perf_counter()
    passed = work()
    elapsed = time.perf_counter() - started
    if not passed:
        raise SystemExit("the correct solution did not pass, so there is nothing to time")
    return elapsed


def measured(exercise: Exercise, count: int) -> tuple[dict[str, list[float]], str]:
    """The times of A, B and C, one after another at each seed, and of D now and then; and the level of isolation.

    The sides take turns, because a shared machine's speed may change by half within a minute.
    """
    cells = cells_of(exercise)
    checks = judgement_of(exercise).checks
    times: dict[str, list[float]] = {"A": [], "B": [], "C": [], "D": []}
    root = str(Path(__file__).parents[1])
    with Sandbox(("numpy", "torch")) as with_torch, Sandbox(("numpy",)) as with_numpy, random_state_kept():
        in_process = trusted_submission(cells)

        def graded(sandbox: Sandbox, seed: int) -> bool:
            return judge.grade(exercise, cells, sandbox=sandbox, seed=seed).passed

        def checked(submission: Submission, seed: int) -> bool:
            return all(run_check(check, submission, seed).passed for check in checks)

        def fresh(seed: int) -> bool:
            return subprocess.run([sys.executable, "-c", FRESH_PROCESS, root, exercise.id, str(seed)]).returncode == 0

        for seed in range(1, WARM_UP + count + 1):
            now = {"A": seconds(partial(graded, with_torch, seed)), "C": seconds(partial(checked, in_process, seed))}
            if "torch" not in exercise.libraries:
                now["B"] = seconds(partial(graded, with_numpy, seed))
            if seed == 1 or (seed - WARM_UP) % max(1, count // FRESH) == 0:
                now["D"] = seconds(partial(fresh, seed))  # the first brings torch into the disk cache
            if seed > WARM_UP:
                for side, elapsed in now.items():
                    times[side].append(elapsed)
        return times, with_torch.level


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("exercise", nargs="?", default="dropout.variance_stabilized")
    parser.add_argument("--attempts", type=int, default=100)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    options = parser.parse_args()
    exercise = exercise_named(options.exercise)

    times, level = measured(exercise, options.attempts)
    median = {side: statistics.median(values) if values else float("nan") for side, values in times.items()}
    cost, ratio = 1000 * (median["A"] - median["C"]), median["D"] / median["A"]
    if options.json:
        result = {
            "command": " ".join(["python", *sys.argv]),
            "exercise": exercise.id,
            "machine": machine(),
            "isolation": level,
            "date": time.strftime("%Y-%m-%d"),
            "attempts": options.attempts,
            "median_ms": {side: round(1000 * value, 2) for side, value in median.items()},
            "isolation_cost_ms": round(cost, 2),
            "fresh_over_jailed": round(ratio, 1),
        }
        print(json.dumps(result))
        return
    names = {
        "A": "jailed attempt, torch loaded",
        "B": "jailed attempt, NumPy only",
        "C": "its checks alone, in this process",
        "D": "its checks in a fresh process with torch",
    }
    print(f"{exercise.id}: {machine()}; isolation: {level}")
    for side, name in names.items():
        values = [1000 * value for value in times[side]]
        if values:
            low, high = (statistics.quantiles(values, n=10)[i] for i in (0, 8))
            print(
                f"  {side}  {name:42} {1000 * median[side]:8.1f} ms  (10–90%: {low:.1f}–{high:.1f}; n = {len(values)})"
            )
    print(f"  A − C = {cost:.1f} ms (goal: at most {GOAL_MS:g}): {'reached' if cost <= GOAL_MS else 'missed'}")
    print(f"  D / A = {ratio:.0f} (goal: at least {GOAL_RATIO:g}): {'reached' if ratio >= GOAL_RATIO else 'missed'}")


if __name__ == "__main__":
    main()
