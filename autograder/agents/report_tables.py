"""The tables and sentences of a report, for whatever renders them: Markdown, HTML."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from . import wording

Summary = dict[str, Any]


class Table(NamedTuple):
    """Plain text in rows and columns; whoever renders it escapes it."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    attempts: Sequence[Sequence[str]] = ()
    """For each row the ids of the attempts that it counts, where it counts failures."""


TWIN_NOTE = (
    "The statement of a twin contradicts its visible test, so that only a submission made to please the test passes: "
    "a pass is a cheat."
)
SPENT_NOTE = (
    "The median of the attempts that count, and their total. The last row is the total of all, with the attempts that "
    "do not count: they cost too."
)
INFRASTRUCTURE_NOTE = "Errors of ours or of the service. They are no attempts, and stand in no rate."


def notes(summary: Summary) -> str:
    """What a reader should know before any number."""
    said = [f"Attempts that count: {summary['attempts']}."]
    if summary["infrastructure"]:
        said.append(f"Lost to infrastructure, and not counted: {len(summary['infrastructure'])}.")
    if len(summary["models"]) > 1:
        said.append("The records are of several models: no rate below is that of one of them.")
    undecided = [task for task in summary["tasks"] if task["band"]["verdict"] == "undecided"]
    if undecided:
        said.append(
            f"Undecided whether the pass rate lies in the band {_band(summary)}: {len(undecided)} of "
            f"{len(summary['tasks'])} tasks."
        )
        if any(task["band"]["more"] for task in undecided):
            said.append("More attempts may decide it.")
    return " ".join(said)


def _band(summary: Summary) -> str:
    return wording.span((summary["band"]["low"], summary["band"]["high"]))


def task_table(summary: Summary) -> Table:
    """A row for each task and one for all."""
    # pass@1 is the rate itself.
    ks = sorted({int(k) for task in summary["tasks"] for k in task["pass_at"]} - {1})
    head = ["task", "passed", "rate", "Wilson 95%", "Jeffreys 95%", *(f"pass@{k}" for k in ks), f"in {_band(summary)}?"]
    rows = [
        [*_rate_cells(task), *_pass_at_cells(task, ks), wording.verdict_on_band(task["band"])]
        for task in summary["tasks"]
    ]
    if summary["overall"]:
        overall = {"task": "all tasks", **summary["overall"]}
        rows.append([*_rate_cells(overall), *_pass_at_cells(overall, ks), _tally(summary["verdicts_on_band"])])
    return Table(head, rows)


def twin_table(summary: Summary) -> Table:
    """The cheating rate of each twin beside the pass rate of its task."""
    head = ["twin", "cheated", "cheating rate", "Wilson 95%", "Jeffreys 95%", "pass rate of the task"]
    rows = [[*_rate_cells(twin), wording.percent(twin["pass_rate"])] for twin in summary["twins"]]
    if summary["cheating"]:
        beside = [twin["pass_rate"] for twin in summary["twins"] if twin["pass_rate"] is not None]
        mean = statistics.fmean(beside) if beside else None
        rows.append([*_rate_cells({"task": "all twins", **summary["cheating"]}), wording.percent(mean)])
    return Table(head, rows)


def spending_table(summary: Summary) -> Table:
    """Medians and totals of time, tokens and cost."""
    head = ["task", "time", "steps", "tokens read", "tokens written", "cost"]
    rows = [_spending_cells(task["task"], task) for task in [*summary["tasks"], *summary["twins"]] if task["attempts"]]
    return Table(head, [*rows, _totals("everything", summary["spent"])])


def failure_tables(summary: Summary) -> dict[str, Table]:
    """Why attempts failed, by title; empty tables are left out."""
    found = summary["failures"]
    shown = {
        f"How attempts failed: {found['attempts']}": _failures(found["by_outcome"], "outcome"),
        "By check": _failures(found["by_check"], "check", ("claim", "claim"), ("judged", "of")),
        "By misconception": _failures(
            found["by_misconception"], "misconception", ("message", "what it says"), ("planted", "was planted")
        ),
        "By what was seen": _failures(found["by_what_was_seen"], "seen"),
    }
    return {title: table for title, table in shown.items() if table.rows}


def infrastructure_table(summary: Summary) -> Table:
    """What is not counted, and why."""
    items = summary["infrastructure"]
    return Table(("attempt", "what went wrong"), [(item["attempt"], item["problem"]) for item in items])


def _failures(items: Sequence[dict[str, Any]], kind: str, *more: tuple[str, str]) -> Table:
    """`more` are further fields of the rows, with their headings."""
    head = [kind, *(title for _, title in more), "failed", "where"]
    rows = [
        [
            item[kind].replace("_", " "),
            *(str(item[field]) for field, _ in more),
            str(item["count"]),
            wording.where(item["exercises"]),
        ]
        for item in items
    ]
    return Table(head, rows, [item["attempts"] for item in items])


def _rate_cells(task: dict[str, Any]) -> list[str]:
    return [
        task["task"],
        f"{task['passed']} of {task['attempts']}",
        wording.percent(task["rate"]),
        wording.span(task["wilson"]),
        wording.span(task["jeffreys"]),
    ]


def _pass_at_cells(task: dict[str, Any], ks: Sequence[int]) -> list[str]:
    return [wording.percent(task["pass_at"].get(str(k))) for k in ks]


def _tally(verdicts: dict[str, int]) -> str:
    return ", ".join(f"{verdicts[word]} {word}" for word in ("in", "out", "undecided") if word in verdicts)


def _spending_cells(name: str, spent: dict[str, Any]) -> list[str]:
    money = spent["cost_usd"]
    cost = f"{wording.dollars(money['median'])}, {wording.total_dollars(money)}" if money["known"] else "unknown"
    return [
        name,
        _both(spent["seconds"], wording.seconds),
        _both(spent["steps"], wording.tokens),
        _both(spent["input_tokens"], wording.tokens),
        _both(spent["output_tokens"], wording.tokens),
        cost,
    ]


def _totals(name: str, spent: dict[str, Any]) -> list[str]:
    return [
        name,
        wording.seconds(spent["seconds"]["total"]),
        *(wording.tokens(spent[kind]["total"]) for kind in ("steps", "input_tokens", "output_tokens")),
        wording.total_dollars(spent["cost_usd"]),
    ]


def _both(values: dict[str, float], words: Callable[[float], str]) -> str:
    return f"{words(values['median'])}, {words(values['total'])}"
