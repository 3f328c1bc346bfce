"""How fast the command line answers, beside a bare Python.

    python benchmarks/cli_start.py [--runs 15] [--json]

Goals: `autograder --help` in 0.3 s and `autograder list` in 0.5 s.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

COMMANDS = {
    "python -c pass": (["-c", "pass"], None),
    "autograder --help": (["-m", "autograder.cli", "--help"], 0.3),
    "autograder list": (["-m", "autograder.cli", "list"], 0.5),
}


def seconds(arguments: list[str]) -> float:
    """The wall time of one Python that must succeed."""
    started = time.perf_counter()
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, *arguments], cwd=root, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    options = parser.parse_args()

    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for run in range(options.runs + 1):
        for name, (arguments, _) in COMMANDS.items():  # in turn, so that a busy moment meets them all
            elapsed = seconds(arguments)
            if run:  # the first fills the disk cache
                times[name].append(elapsed)
    medians = {name: statistics.median(values) for name, values in times.items()}
    if options.json:
        rounded = {name: round(value, 4) for name, value in medians.items()}
        result = {
            "command": " ".join(["python", *sys.argv]),
            "date": time.strftime("%Y-%m-%d"),
            "median_seconds": rounded,
        }
        print(json.dumps(result))
        return
    print(f"Python {platform.python_version()}, median of {options.runs}")
    for name, (_, goal) in COMMANDS.items():
        verdict = "" if goal is None else f"(goal: {goal:g}): {'reached' if medians[name] <= goal else 'missed'}"
        print(f"  {name:20} {medians[name]:.3f} s {verdict}".rstrip())


if __name__ == "__main__":
    main()
