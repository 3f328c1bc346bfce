"""The certificates of results/certificates.json as tables, one for each chapter, for `certificates.md` to include."""

from __future__ import annotations

from typing import Any

from autograder.catalog import EXERCISES, exercise_named
from autograder.certificate import certify
from autograder.certificate.proofs import FOLDER

CERTIFICATES = FOLDER.parent / certify.CERTIFICATES
HEAD = (
    "| exercise | correct programs | miscon­ceptions named | rewrites named | mutants killed | no different "
    "| exploits stopped | ms |"
)
OUT_OF_DATE = "out of date: the exercise or its proof has changed since"
NONE = "There are no certificates here: `make certify` makes them."


def tables() -> str:
    """A section for each chapter: its table, and the arguments for mutants that are no different."""
    certificates = {item["exercise"]: item for item in certify.read(CERTIFICATES)}
    if not certificates:
        return NONE + "\n"
    lines = [summary(list(certificates.values())), ""]
    for chapter in dict.fromkeys(exercise.chapter for exercise in EXERCISES):
        found = [certificates[item.id] for item in EXERCISES if item.chapter == chapter and item.id in certificates]
        if found:
            lines += [f"## Chapter: {chapter}", "", HEAD, "|:--|" + "--:|" * 7, *map(row, found), "", *arguments(found)]
    return "\n".join(lines) + "\n"


def row(certificate: dict[str, Any]) -> str:
    mutants, known, tried = certificate["mutants"], certificate["misconceptions"], certificate["rewrites"]
    exploits, variants = certificate["exploits"], certificate["variants"]["variants"]
    correct = [certificate["reference"], *variants.values()]
    seeds = min(item["seeds"] for item in correct)
    rejections = sum(len(item["false_rejections"]) for item in correct)
    wrong = len(known["accepted"]) + len(known["misnamed"])
    unnamed = len(tried["accepted"]) + len(tried["unnamed"]) + len(tried["misnamed"])
    cells = [
        link(certificate) + ("" if is_current(certificate) else f" ({OUT_OF_DATE})"),
        f"{len(correct)} on {seeds:,} seeds" + (f", **{rejections} rejected**" if rejections else ""),
        f"{known['total'] - wrong} of {known['total']}",
        f"{tried['total'] - unnamed} of {tried['total']}",
        f"{mutants['killed']} of {mutants['total'] - len(mutants['equivalent'])}",
        str(len(mutants["equivalent"])),
        f"{exploits['total'] - len(exploits['fooled_by'])} of {exploits['total']}",
        f"{certificate['cost']['median_ms']:g}",
    ]
    return "| " + " | ".join(cells) + " |"


def link(certificate: dict[str, Any]) -> str:
    """A link to the exercise, short enough for a column."""
    name = certificate["exercise"].partition(".")[2].replace("_", " ")
    return f"{{ref}}`{name} <{certificate['exercise']}>`"


def is_current(certificate: dict[str, Any]) -> bool:
    return certificate["hash"] == certify.certificate_hash(exercise_named(certificate["exercise"]))


def arguments(certificates: list[dict[str, Any]]) -> list[str]:
    """Each mutant that lives, with the reason why it may."""
    lines = []
    for certificate in certificates:
        mutants = certificate["mutants"]
        here = link(certificate)
        # The change itself would show a line of the solution.
        lines += [f"- {here}, {item['operator']}: {item['argument']}" for item in mutants["equivalent"].values()]
        lines += [f"- **A survivor** of {here}: {why}" for why in mutants["survivors"].values()]
    if not lines:
        return []
    agree = min(certificate["mutants"]["agree_on"] for certificate in certificates)
    title = f"Mutants that are no different, each in agreement with the reference on {agree:,} inputs"
    return [f":::{{dropdown}} {title}", *lines, ":::", ""]


def summary(certificates: list[dict[str, Any]]) -> str:
    """All exercises together, in a sentence or two."""
    mutants = [item["mutants"] for item in certificates]
    able = sum(item["total"] - len(item["equivalent"]) for item in mutants)
    rewrites = [item["rewrites"] for item in certificates]
    total = sum(item["total"] for item in rewrites)
    other = sum(len(item["misnamed"]) for item in rewrites)
    unnamed = sum(len(item["unnamed"]) + len(item["accepted"]) for item in rewrites)
    killed = sum(item["killed"] for item in mutants)
    dates = sorted({item["date"] for item in certificates})
    machine = certificates[0]["machine"]
    return (
        f"{len(certificates)} of {len(EXERCISES)} exercises have a certificate, made on {dates[-1]} ({machine}). "
        f"All together, {killed} of {able} mutants that can differ are killed; {total - unnamed - other} of {total} "
        f"rewrites are named as what they are, and {other} as something else."
    )
