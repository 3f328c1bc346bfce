"""Opens submissions on either backend: in this process (advisory) or in a jailed worker (final)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.kernel import random_state_kept, trusted_submission
from autograder.sandbox import Limits, Sandbox, Usage
from autograder.submission import Submission

Submit = Callable[[str], Submission]
"""Makes a living submission from its source."""

BACKENDS = ("kernel", "worker")


class opening:
    """Submissions on one backend; all are closed at the end, and this process's generators are left alone."""

    def __init__(self, backend: str, sandbox: Sandbox) -> None:
        self.backend = backend
        self.sandbox = sandbox
        self.opened: list[Submission] = []

    def __enter__(self) -> Submit:
        self.kept = random_state_kept()
        self.kept.__enter__()
        return self.submit

    def __exit__(self, *exception: Any) -> None:
        for submission in self.opened:
            submission.transport.close()
        self.kept.__exit__(None, None, None)

    def submit(self, source: str) -> Submission:
        cells = [("solution.py", source)]
        if self.backend == "kernel":
            submission = trusted_submission(cells)
        else:
            submission = Submission(self.sandbox.open({}, Limits(seconds=60), Usage()))
            loaded = submission.load(cells, [])
            assert not loaded["errors"]
        self.opened.append(submission)
        return submission
