"""Why attempts failed, in four tables: by outcome, by check, by misconception, by what was seen.

The rows are whatever is in the records: a new check or misconception needs no entry here. Ids of checks and
misconceptions mean the same in every exercise that has them, so the rows are by id, with the exercises in them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

Record = dict[str, Any]
Row = dict[str, Any]

COULD_NOT_RUN = "submitted, could not run"
WRONG = "submitted, wrong"
NO_KNOWN = "none that is known"
DIFFERS = "(differs by exercise)"


def failures_of(records: Sequence[Record]) -> dict[str, Any]:
    """The tables of attempts that count, twins left out; each row names its attempts, the largest row comes first."""
    failed = [record for record in records if not record["passed"]]
    judged = Counter(
        (record["exercise"], check["id"]) for record in records if _ran(record) for check in record["verdict"]["checks"]
    )
    by_check = _rows("check", ((record, check) for record in failed for check in _failed_checks(record)), "claim")
    for row in by_check:
        row["judged"] = sum(judged[exercise, row["check"]] for exercise in row["exercises"])
    by_misconception = _rows(
        "misconception", ((record, item) for record in failed for item in _diagnoses(record)), "message"
    )
    planted = {record["id"]: record["planted"] for record in failed}
    for row in by_misconception:
        row["planted"] = sum(row["misconception"] in planted[attempt] for attempt in row["attempts"])
    return {
        "attempts": len(failed),
        "by_outcome": _rows("outcome", ((record, {"id": _outcome(record)}) for record in failed)),
        "by_check": by_check,
        "by_misconception": by_misconception,
        "by_what_was_seen": _rows("seen", ((record, {"id": seen}) for record in failed for seen in _seen(record))),
    }


def _rows(kind: str, items: Iterable[tuple[Record, dict[str, Any]]], text: str = "") -> list[Row]:
    """One row for each id, with the exercises and attempts that it came up in."""
    rows: dict[str, Row] = {}
    for record, item in items:
        row = rows.setdefault(item["id"], {kind: item["id"], "count": 0, "exercises": {}, "attempts": []})
        if text and row.setdefault(text, item[text]) != item[text]:
            row[text] = DIFFERS
        row["count"] += 1
        row["exercises"][record["exercise"]] = row["exercises"].get(record["exercise"], 0) + 1
        row["attempts"].append(record["id"])
    return sorted(rows.values(), key=lambda row: (-row["count"], row[kind]))


def _outcome(record: Record) -> str:
    if record["outcome"] != "submitted":
        return str(record["outcome"])
    return WRONG if _ran(record) else COULD_NOT_RUN


def _ran(record: Record) -> bool:
    """Whether there is a verdict on what the submission does, and not only on whether it can be loaded."""
    return bool(record["verdict"]) and not record["verdict"]["problem"]


def _failed_checks(record: Record) -> list[dict[str, Any]]:
    return [check for check in record["verdict"]["checks"] if not check["passed"]] if _ran(record) else []


def _diagnoses(record: Record) -> list[dict[str, Any]]:
    if not _failed_checks(record):
        return []
    return record["verdict"]["diagnosis"] or [{"id": NO_KNOWN, "message": "It fails in a way that nobody foresaw."}]


def _seen(record: Record) -> set[str]:
    """What the failed checks say, without the numbers in which two attempts differ."""
    if not record["verdict"]:
        return set()
    if not _ran(record):
        return {_without_numbers(record["verdict"]["problem"])}
    return {_without_numbers(check["message"]) for check in _failed_checks(record)}


def _without_numbers(message: str) -> str:
    raised = re.match(r"raised \w+", message)
    if raised:  # the exception's words are the submission's own
        return raised[0]
    message = message.partition(";")[0]
    message = re.sub(r"[(\[][-\d][\d\s,.+-]*[)\]]", "(…)", message)
    return re.sub(r"(?<![\w.])[-+]?\d[\d.]*(e[-+]?\d+)?%?", "…", message)[:160]
