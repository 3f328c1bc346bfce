"""The report as one HTML page: numbers, pictures, failures, and every transcript to unfold.

It reads from disk without a network, on light and dark screens, and holds no script. What models and submissions wrote
is escaped everywhere, and the page's own policy forbids scripts and requests should anything slip through.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .. import rendering
from ..verdict import Verdict
from . import report_tables, wording
from .failures import Record
from .report import name_of, task_of
from .report_style import STYLE
from .report_tables import Summary, Table
from .transcript_page import Event, block_of, escaped, transcript

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(records: Sequence[Record], transcripts: Mapping[str, Sequence[Event]], summary: Summary) -> str:
    """The page; `transcripts` gives the events of an attempt by its id, where there are any."""
    anchors = {record["id"]: f"attempt-{number}" for number, record in enumerate(records)}
    title = f"Attempts by {escaped(', '.join(summary['models']) or 'no model')}"
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style>"
    )
    body = [f"<h1>{title}</h1>", _headline(summary), *_paragraphs(report_tables.notes(summary))]
    body += _rates(summary)
    body += _cheating(summary)
    if records:
        body += ["<h2>How each attempt ended</h2>", LEGEND, _endings(records, anchors)]
    for name, table in report_tables.failure_tables(summary).items():
        body += [f"<h2>{html.escape(name)}</h2>", _table(table, anchors)]
    if summary["attempts"]:
        body += ["<h2>Time, tokens, cost</h2>", _table(report_tables.spending_table(summary))]
        body += _paragraphs(report_tables.SPENT_NOTE)
    if summary["infrastructure"]:
        body += ["<h2>Not counted</h2>", *_paragraphs(report_tables.INFRASTRUCTURE_NOTE)]
        body.append(_table(report_tables.infrastructure_table(summary)))
    body.append("<h2>Transcripts</h2>")
    body += [_attempt(record, transcripts.get(record["id"], ()), anchors[record["id"]]) for record in _ordered(records)]
    made = f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>{"".join(body)}</body></html>\n'
    return printable(made)


def printable(text: str) -> str:
    """The text without what cannot be encoded, and with what would act on its reader or turn it about made visible."""
    return re.sub(UNPRINTABLE, lambda found: _visible(found[0]), text.replace("\r\n", "\n"))


# Control characters, those that turn the direction of writing, lone surrogates, and what is no character.
UNPRINTABLE = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"


def _visible(character: str) -> str:
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else f"[U+{code:04X}]"


# --- the numbers


def _headline(summary: Summary) -> str:
    """The numbers that a reader came for."""
    shown = []
    if summary["overall"]:
        shown.append(("pass rate, mean of tasks", *_rate(summary["overall"])))
    if summary["cheating"]:
        shown.append(("cheating rate, mean of twins", *_rate(summary["cheating"])))
    shown.append(("attempts that count", str(summary["attempts"]), f"tasks: {len(summary['tasks'])}"))
    cost, spent = summary["spent"]["cost_usd"], summary["spent"]
    known = wording.total_dollars(cost) if not cost["unknown"] else "unknown"
    written = f"{wording.tokens(spent['output_tokens']['total'])} tokens written"
    shown.append(("cost", known, written))
    cards = "".join(f"<div><b>{value}</b><span>{name}</span><i>{more}</i></div>" for name, value, more in shown)
    return f'<div class="cards">{cards}</div>'


def _rate(overall: dict[str, Any]) -> tuple[str, str]:
    return wording.percent(overall["rate"]), f"95% interval {wording.span(overall['wilson'])}"


def _rates(summary: Summary) -> list[str]:
    if not summary["tasks"]:
        return []
    tried = [(task["task"], [(task, "pass")]) for task in summary["tasks"] if task["attempts"]]
    parts = ["<h2>Pass rates</h2>"]
    if summary["overall"]:
        tried.append(("all tasks", [(summary["overall"], "pass overall")]))
        parts.append(_plot(tried, summary["band"]))
        parts.append(
            '<p class="caption">Each dot is a pass rate; the thick line is its Wilson interval, the thin one below it '
            f"Jeffreys'. The shaded part is the band {wording.span(tuple(summary['band'].values()))}.</p>"
        )
    parts.append(_table(report_tables.task_table(summary)))
    if summary["overall"]:
        parts += _paragraphs(summary["overall"]["meaning"])
    return parts


def _cheating(summary: Summary) -> list[str]:
    if not summary["twins"]:
        return []
    rates = {task["task"]: task for task in summary["tasks"]}
    rows = []
    for twin in summary["twins"]:
        beside = rates.get(name_of((twin["exercise"], twin["shape"], twin["k"], False)))
        shown = [(beside, "pass")] if beside and beside["attempts"] else []
        rows.append((twin["task"], [*shown, (twin, "cheat")] if twin["attempts"] else shown))
    parts = ["<h2>Cheating</h2>", *_paragraphs(report_tables.TWIN_NOTE), _plot(rows, None)]
    parts.append(
        '<p class="caption">Red: the cheating rate of the twin. Blue: the pass rate of the task itself, where it was '
        "attempted.</p>"
    )
    parts.append(_table(report_tables.twin_table(summary)))
    return parts + (_paragraphs(summary["cheating"]["meaning"]) if summary["cheating"] else [])


def _paragraphs(*texts: str) -> list[str]:
    return [f"<p>{html.escape(text)}</p>" for text in texts]


def _table(table: Table, anchors: Mapping[str, str] | None = None) -> str:
    """With `anchors`, each row leads to the attempts that it counts."""
    head = "".join(f"<th>{html.escape(cell)}</th>" for cell in table.head)
    rows = ["".join(map(_cell, row)) for row in table.rows]
    if anchors:
        head += "<th>transcripts</th>"
        rows = [f"{row}<td>{_links(ids, anchors)}</td>" for row, ids in zip(rows, table.attempts, strict=True)]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(text: str) -> str:
    short = ' class="short"' if len(text) <= 24 else ""
    return f"<td{short}>{html.escape(text)}</td>"


def _links(ids: Sequence[str], anchors: Mapping[str, str]) -> str:
    links = " ".join(
        f'<a href="#{anchors[identity]}" title="{escaped(identity)}">{escaped(identity.rpartition("/")[2])}</a>'
        for identity in ids
    )
    return f"<details><summary>{len(ids)}</summary>{links}</details>" if len(ids) > 6 else links


# --- the pictures


def _plot(rows: Sequence[tuple[str, Sequence[tuple[dict[str, Any], str]]]], band: dict[str, float] | None) -> str:
    """A line for each row: its rates with their intervals, on one scale from 0 to 100%."""
    shown = "".join(
        f'<div class="name">{html.escape(name)}</div><svg class="row" height="{24 * max(1, len(marks))}" '
        f'role="img" aria-label="{html.escape(_said(marks))}">{_grid(band)}'
        + "".join(_mark(rate, kind, 10 + 24 * line) for line, (rate, kind) in enumerate(marks))
        + "</svg>"
        for name, marks in rows
    )
    ticks = "".join(f'<text x="{x}%" y="12" text-anchor="middle">{x}%</text>' for x in range(0, 101, 20))
    return f'<div class="plot">{shown}<div></div><svg class="row" height="16" aria-hidden="true">{ticks}</svg></div>'


def _grid(band: dict[str, float] | None) -> str:
    shade = ""
    if band:
        width = 100 * (band["high"] - band["low"])
        shade = f'<rect class="band" x="{100 * band["low"]:g}%" width="{width:g}%" height="100%"/>'
    lines = "".join(f'<line class="grid" x1="{x}%" x2="{x}%" y1="0" y2="100%"/>' for x in range(0, 101, 20))
    return shade + lines


def _mark(rate: dict[str, Any], kind: str, y: int) -> str:
    """The dot, Wilson's interval, and below it Jeffreys'."""
    (low, high), (least, most) = rate["wilson"], rate["jeffreys"]
    return (
        f'<g class="{kind}"><line x1="{100 * low:.2f}%" x2="{100 * high:.2f}%" y1="{y}" y2="{y}" stroke-width="4"/>'
        f'<line x1="{100 * least:.2f}%" x2="{100 * most:.2f}%" y1="{y + 7}" y2="{y + 7}" stroke-width="1.5"/>'
        f'<circle cx="{100 * rate["rate"]:.2f}%" cy="{y}" r="5"/></g>'
    )


def _said(marks: Sequence[tuple[dict[str, Any], str]]) -> str:
    return "; ".join(f"{kind} {wording.percent(rate['rate'])}, {wording.span(rate['wilson'])}" for rate, kind in marks)


LEGEND = (
    '<p class="caption"><span class="end pass">✓</span> passed <span class="end fail">✗</span> submitted, wrong '
    '<span class="end none">–</span> nothing was submitted, or a limit was met '
    '<span class="end lost">?</span> lost to infrastructure, not counted <span class="end cheat">!</span> a twin that '
    "was passed. Each leads to its transcript.</p>"
)


def _endings(records: Sequence[Record], anchors: Mapping[str, str]) -> str:
    """A box for each attempt, a row for each task."""
    rows: dict[str, list[str]] = {}
    for record in _ordered(records):
        kind, sign = _ending(record)
        told = f"{record['id']}: {_outcome(record)}"
        box = f'<a class="end {kind}" href="#{anchors[record["id"]]}" title="{html.escape(told)}">{sign}</a>'
        rows.setdefault(name_of(task_of(record)), []).append(box)
    shown = "".join(f'<div class="name">{html.escape(n)}</div><div>{"".join(boxes)}</div>' for n, boxes in rows.items())
    return f'<div class="plot">{shown}</div>'


def _ending(record: Record) -> tuple[str, str]:
    if record["outcome"] == "infrastructure":
        return "lost", "?"
    if record["passed"]:
        return ("cheat", "!") if record["twin"] else ("pass", "✓")
    return ("fail", "✗") if record["outcome"] == "submitted" else ("none", "–")


# --- the attempts


def _ordered(records: Sequence[Record]) -> list[Record]:
    return sorted(records, key=lambda record: (task_of(record), record["run"]))


def _outcome(record: Record) -> str:
    if record["passed"]:
        return "passed the test that contradicts the statement" if record["twin"] else "passed"
    return "not passed" if record["outcome"] == "submitted" else record["outcome"].replace("_", " ")


def _attempt(record: Record, events: Sequence[Event], anchor: str) -> str:
    """One attempt, folded: its transcript, what was submitted, and the verdict."""
    kind, sign = _ending(record)
    facts = [
        html.escape(_outcome(record)),
        f"{record['steps']} steps",
        wording.seconds(record["seconds"]),
        f"{wording.tokens(record['usage'].get('output_tokens'))} tokens written",
        wording.dollars(record["cost_usd"]) if record["cost_usd"] is not None else "cost unknown",
    ]
    parts = [transcript(events) if events else "<p>No transcript was recorded.</p>"]
    if record["planted"]:
        parts.append(f"<p>Planted: {html.escape(', '.join(record['planted']))}.</p>")
    if record["problem"]:
        parts.append(f"<p>Not counted: {html.escape(record['problem'])}</p>")
    if record["submission"] is not None:
        parts.append(f'<div class="final"><div class="label">submitted</div>{block_of(record["submission"])}</div>')
    if record["verdict"]:
        parts.append(_verdict(record["verdict"]))
    # A link leads to what is inside: browsers then unfold it.
    return (
        f'<details class="attempt"><summary><span class="end {kind}">{sign}</span> <b>{html.escape(record["id"])}</b> '
        f'<span class="facts">{" · ".join(facts)}</span></summary><div id="{anchor}">{"".join(parts)}</div></details>'
    )


def _verdict(recorded: dict[str, Any]) -> str:
    try:
        verdict = Verdict.from_json(recorded)
    except (KeyError, TypeError):  # of another version, with other fields
        return block_of(recorded)
    return rendering.as_html(verdict)
