"""The page of `similarity`, and the command that writes it: self-contained, and readable offline.

What students wrote is escaped everywhere.
"""

from __future__ import annotations

import html
import math
import statistics
from collections.abc import Sequence
from pathlib import Path

import click

from ..errors import UsageError
from .similarity import FOLDER, Pair, Sheet, Span, handouts, sheet, submissions

MOST = 100  # pairs of a notebook that are shown with their code

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 110em; margin: 2em auto; padding: 0 1em; }
.note { border-left: 4px solid #d18b00; padding: .2em 1em; max-width: 60em; }
table { border-collapse: collapse; } td, th { padding: .15em 1em .15em 0; text-align: left; }
summary { cursor: pointer; padding: .3em 0; } summary b { display: inline-block; min-width: 3.5em; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1em; }
pre { overflow-x: auto; font-size: 13px; line-height: 1.4; border: 1px solid #8884; padding: .6em; margin: .2em 0; }
mark { background: #ffd54f88; color: inherit; }
"""

CAUTION = """
<div class="note">
<p><b>This is a place to look, and not a verdict.</b> It shows where two submissions have the same shape. It cannot show
why.</p>
<p>Short exercises have few correct shapes: two people who each worked alone can write nearly the same lines, above all
where the statement gives the names, the shapes and the formula. Working from the same book page or the same hint does
it too. Names, comments, texts and layout are left out of account, and so is what everybody was given.</p>
<p>The baseline says how alike correct solutions are that are known to be independent. They were written to differ in
style, so students who never spoke to each other will often be more alike than that. Read both, and ask both, before
you conclude anything.</p>
</div>
"""


def page(assignment: str, sheets: Sequence[Sheet]) -> str:
    title = f"How alike are the submissions of {html.escape(assignment)}?"
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    body = "".join(map(_section, sheets))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body><h1>{title}</h1>{CAUTION}{body}</body></html>\n'
    )


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _section(sheet: Sheet) -> str:
    parts = [f"<h2>{html.escape(sheet.name)}</h2>", _baseline(sheet)]
    if sheet.students < 2:
        parts.append("<p>Fewer than two submissions could be read: there is nothing to compare.</p>")
    else:
        parts.append(
            f"<p>{sheet.students} submissions, {sheet.compared} pairs, of which {len(sheet.pairs)} are alike by "
            f"{percent(sheet.threshold)} or more of what the two students wrote.</p>"
        )
    if sheet.unread:
        rows = "".join(f"<li><b>{html.escape(name)}</b>: {html.escape(why)}</li>" for name, why in sheet.unread.items())
        parts.append(f"<p>Left out:</p><ul>{rows}</ul>")
    parts += map(_pair, sheet.pairs[:MOST])
    if len(sheet.pairs) > MOST:
        parts.append(f"<p>{len(sheet.pairs) - MOST} more pairs, all less alike than these, are not shown.</p>")
    return "".join(parts)


def _baseline(sheet: Sheet) -> str:
    if not sheet.baseline:
        return "<p>No baseline: no exercise of the catalogue with known independent solutions is in this notebook.</p>"
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{percent(statistics.median(shares))}</td>"
        f"<td>{percent(max(shares))}</td></tr>"
        for name, shares in sheet.baselines.items()
        if shares
    )
    return (
        f"<p>Baseline: independent correct solutions of this whole notebook are {percent(min(sheet.baseline))} to "
        f"{percent(max(sheet.baseline))} alike.</p><details><summary>by exercise</summary><table>"
        f"<tr><th>exercise</th><th>median pair</th><th>most alike pair</th></tr>{rows}</table></details>"
    )


def _pair(pair: Pair) -> str:
    works = zip((pair.first, pair.second), pair.spans, strict=True)
    columns = "".join(
        f"<div>{html.escape(work.student)}<pre>{_marked(work.code, spans)}</pre></div>" for work, spans in works
    )
    names = f"{html.escape(pair.first.student)} and {html.escape(pair.second.student)}"
    return (
        f'<details><summary><b>{percent(pair.alike)}</b> {names}</summary><div class="pair">{columns}</div></details>'
    )


def _marked(code: str, spans: Sequence[Span]) -> str:
    """The code with what coincides marked; `spans` are in order and do not overlap."""
    parts, at = [], 0
    for start, end in spans:
        parts += [html.escape(code[at:start]), f"<mark>{html.escape(code[start:end])}</mark>"]
        at = end
    return "".join([*parts, html.escape(code[at:])])


@click.command("similarity")
@click.argument("assignment")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="Where the page goes; build/similarity/ASSIGNMENT.html if not given.",
)
def command(assignment: str, target: Path | None) -> None:
    """Show which submissions of an assignment look alike: a place to look, and not a verdict.

    Compares the code that students wrote in build/submitted/*/ASSIGNMENT, two by two, and writes a page that reads
    offline. It shows the pairs of which half or more coincides, if that is more than in independent solutions.
    """
    from .. import progress

    released, folders = handouts(assignment), submissions(assignment)
    with progress.bar(len(released) * math.comb(len(folders), 2), "comparing") as advance:
        found = [sheet(handout, folders, advance) for handout in released]
    if target is None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        target = FOLDER / f"{assignment}.html"
    try:
        target.write_text(page(assignment, found), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target} cannot be written ({error.strerror}); name another file") from None
    for item in found:
        click.echo(f"{item.name}: {len(item.pairs)} of {item.compared} pairs at or above {percent(item.threshold)}")
        for student, why in item.unread.items():
            click.echo(f"  {student} was left out: {why}")
    click.echo(f"Report: {target}")
