"""Fixtures that several files of tests use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from backends import BACKENDS, Submit, opening

from autograder.sandbox import Sandbox

# Models here are tiny: a second thread only waits for the first, for long where the machine is busy.
torch.set_num_threads(1)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(("numpy", "torch")) as sandbox:
        yield sandbox


@pytest.fixture(params=BACKENDS)
def submit(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Submit]:
    """Makes a living submission from its source, on each backend."""
    with opening(request.param, sandbox) as submit:
        yield submit
