"""Whether a submission left alone what it was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.observation import Observation, holds, identical
from autograder.submission import Remote


def unchanged(given: Mapping[str, tuple[Remote, Any]]) -> Observation:
    """Whether what the submission holds is still what it was given, by name: (where it lies, what it was).

    One observation of whether, not of which or how: to write to an input is one mistake.
    """
    changed = [name for name, (remote, value) in given.items() if not identical(name, remote.fetch(), value).passed]
    return holds("the inputs", not changed, f"changed by the call: {', '.join(changed)}")
