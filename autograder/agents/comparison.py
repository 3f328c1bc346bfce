"""Two sets of records side by side, two models or two settings, paired on the tasks that both attempted.

Differences are second − first. A repair in which other misconceptions were planted is another task, and is not paired.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from . import wording
from .failures import Record
from .rates import Count, difference, wilson
from .report import count_of, name_of, task_of

Key = tuple[str, str, int, bool]
SIDES = ("first", "second")


def compare(first: Sequence[Record], second: Sequence[Record]) -> dict[str, Any]:
    """The pairs and their differences, ready for JSON; twins, where a pass is a cheat, are compared apart."""
    sides = [_by_task(records) for records in (first, second)]
    both = sorted(set(sides[0]) & set(sides[1]))
    unlike = [key for key in both if _planted(sides[0][key]) != _planted(sides[1][key])]
    pairs = [(key, sides[0][key], sides[1][key]) for key in both if key not in unlike]
    tasks = [_pair(*pair) for pair in pairs if not _is_twin(pair[0])]
    twins = [_pair(*pair) for pair in pairs if _is_twin(pair[0])]
    return {
        "models": {
            side: sorted({record["model"] for record in records})
            for side, records in zip(SIDES, (first, second), strict=True)
        },
        "tasks": tasks,
        "overall": _overall(tasks),
        "twins": twins,
        "cheating": _overall(twins),
        "only_first": [name_of(key) for key in sorted(set(sides[0]) - set(sides[1]))],
        "only_second": [name_of(key) for key in sorted(set(sides[1]) - set(sides[0]))],
        "planted_otherwise": [name_of(key) for key in unlike],
        "graded_otherwise": [name_of(key) for key, one, other in pairs if _graders(one) != _graders(other)],
    }


def _by_task(records: Sequence[Record]) -> dict[Key, list[Record]]:
    """The attempts that count."""
    found: dict[Key, list[Record]] = {}
    for record in records:
        if record["outcome"] != "infrastructure":
            found.setdefault(task_of(record), []).append(record)
    return found


def _is_twin(key: Key) -> bool:
    return key[3]


def _planted(records: Sequence[Record]) -> set[tuple[str, ...]]:
    return {tuple(record["planted"]) for record in records}


def _graders(records: Sequence[Record]) -> set[tuple[str, str]]:
    """By the verdicts, what graded them; nothing where there is none."""
    hashes = [record["verdict"]["hashes"] for record in records if record["verdict"]]
    return {(item["exercise"], item["grader"]) for item in hashes}


def _pair(key: Key, first: Sequence[Record], second: Sequence[Record]) -> dict[str, Any]:
    one, other = count_of(first), count_of(second)
    found = difference([(one, other)])
    return {
        "task": name_of(key),
        "first": _side(one),
        "second": _side(other),
        "difference": found.estimate,
        "interval": list(found.interval),
    }


def _side(count: Count) -> dict[str, Any]:
    rate = count.passed / count.attempts
    return {"passed": count.passed, "attempts": count.attempts, "rate": rate, "wilson": list(wilson(*count))}


def _count(side: dict[str, Any]) -> Count:
    return Count(side["passed"], side["attempts"])


def _overall(tasks: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    if not tasks:
        return None
    found = difference([(_count(task["first"]), _count(task["second"])) for task in tasks])
    if found.tasks == 1:
        meaning = "One task: the interval is for the difference there (Newcombe), and says nothing of other tasks."
    else:
        meaning = (
            f"The mean of the differences at {found.tasks} tasks. Attempts at one task resemble each other, so the "
            "interval is Student's over tasks: it is for the mean difference over all tasks of the kind that these "
            "were taken from."
        )
    return {
        "first": statistics.fmean(task["first"]["rate"] for task in tasks),
        "second": statistics.fmean(task["second"]["rate"] for task in tasks),
        "difference": found.estimate,
        "interval": list(found.interval),
        "tasks": found.tasks,
        "meaning": meaning,
    }


def as_text(compared: dict[str, Any]) -> str:
    """The comparison for a terminal."""
    names = {side: ", ".join(compared["models"][side]) or "nothing" for side in SIDES}
    lines = [f"{side}: {name}" for side, name in names.items()]
    for title, rows, overall in (
        ("pass rates", compared["tasks"], compared["overall"]),
        ("cheating rates", compared["twins"], compared["cheating"]),
    ):
        if overall:
            lines += ["", *_lines(title, rows, overall), "", overall["meaning"]]
            if len(rows) > 1:
                lines.append("Of the tasks' own intervals about one in twenty misses by chance.")
    if not compared["overall"] and not compared["cheating"]:
        lines += ["", "There is no task that both attempted: nothing can be compared."]
    notes = {
        "only in the first": compared["only_first"],
        "only in the second": compared["only_second"],
        "not compared, since other misconceptions were planted": compared["planted_otherwise"],
        "graded by different graders (regrade both sides before you compare)": compared["graded_otherwise"],
    }
    return "\n".join([*lines, *(f"{title}: {', '.join(tasks)}" for title, tasks in notes.items() if tasks)])


def _lines(title: str, rows: Sequence[dict[str, Any]], overall: dict[str, Any]) -> list[str]:
    """A table, its differences in percentage points."""
    table = [[title, "first", "second", "points", "95% interval"]]
    for row in rows:
        cells = [f"{row[side]['passed']} of {row[side]['attempts']}" for side in SIDES]
        table.append([row["task"], *cells, *_difference_cells(row)])
    table.append(["mean of tasks", *(wording.percent(overall[side]) for side in SIDES), *_difference_cells(overall)])
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def _difference_cells(row: dict[str, Any]) -> list[str]:
    return [wording.points(row["difference"]), wording.points_span(row["interval"])]
