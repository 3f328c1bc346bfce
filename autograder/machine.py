"""What this machine lacks, said once, and what that costs."""

from __future__ import annotations

import shutil

from .errors import JudgeError
from .sandbox import LEVELS, Sandbox


def isolation_level() -> tuple[str, dict[str, str]]:
    """The best level of isolation that works here, and why better ones do not."""
    try:
        with Sandbox(("numpy",)) as sandbox:
            return sandbox.level, sandbox.refused
    except JudgeError as error:
        return "none", {"rlimits": str(error)}


def lacking() -> list[str]:
    """One sentence for each thing this machine lacks; empty where it lacks nothing."""
    level, refused = isolation_level()
    sentences = []
    if "namespaces" in refused:
        cost = f"submissions are confined at the level `{level}` instead"
        if level not in LEVELS[:3]:
            cost = "submissions cannot be confined, so verdicts are advisory: grade only code you trust"
        sentences.append(f"user namespaces do not work here ({refused['namespaces']}): {cost}.")
    if shutil.which("bwrap") is None and level != "namespaces":
        sentences.append(
            "bubblewrap is missing (Debian: apt install bubblewrap): with it, submissions could be confined better."
        )
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        sentences.append(
            "chromium is missing (Debian: apt install chromium): the book reads in any browser, "
            "but its pages cannot be photographed here."
        )
    return sentences
