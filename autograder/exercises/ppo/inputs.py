"""Whether a function leaves what it is given as it was: the next epoch uses the same batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.observation import Observation, holds
from autograder.submission import Submission


def unchanged(s: Submission, name: str, arrays: dict[str, Any], *rest: Any) -> Observation:
    """Call `name` with these arrays (or tensors) and the rest, and see which of them it has written to."""
    held = [s.hold(array) for array in arrays.values()]
    s.call(name, *held, *rest)
    after = [remote.fetch() for remote in held]
    changed = [
        which
        for (which, before), now in zip(arrays.items(), after, strict=True)
        if not np.array_equal(np.asarray(now), np.asarray(before))
    ]
    return holds("the inputs", not changed, f"inputs were changed: {', '.join(changed)}")
