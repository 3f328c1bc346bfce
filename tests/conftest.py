"""Fixtures that several files of tests use."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from backends import BACKENDS, Submit, opening
from independent_fake import Unavailable, fetched

from autograder.certificate.certify import CERTIFICATES, Certificate, certify, read
from autograder.certificate.trying import FAST, THIN
from autograder.sandbox import Sandbox

COMMITTED = Path(__file__).parents[1] / CERTIFICATES
SLOW_ATTEMPT = 150.0  # ms: from here on the fast form of a certificate would take minutes

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


@pytest.fixture
def sandboxed(sandbox: Sandbox) -> Iterator[Submit]:
    """The same in jailed workers only."""
    with opening("worker", sandbox) as submit:
        yield submit


@pytest.fixture(scope="module")
def certificates(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Certificate]:
    """The certificates, made fast and on all cores, of the exercises that the module's chosen tests ask for."""
    asking = [
        item for item in request.session.items if item.parent is request.node and "certificates" in item.fixturenames
    ]
    exercises = [item.callspec.params["exercise"] for item in asking]
    costs = {item["exercise"]: item["cost"]["median_ms"] for item in read(COMMITTED)}
    slow = [exercise for exercise in exercises if costs.get(exercise.id, 0.0) > SLOW_ATTEMPT]
    quick = [exercise for exercise in exercises if exercise not in slow]
    jobs, done = os.cpu_count() or 1, tmp_path_factory.mktemp("certify")
    made = certify(quick, FAST, jobs, done=done) + certify(slow, THIN, jobs, done=done)
    return {certificate["exercise"]: certificate for certificate in made}


@pytest.fixture(scope="session")
def jailed() -> None:
    """Skips a test where kernels cannot be jailed."""
    refused = subprocess.run(
        [sys.executable, "-c", "from autograder.kernels.zygote import probe; print(probe())"],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    if refused:
        pytest.skip(refused)


@pytest.fixture(scope="session")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of an independent fake of the Messages API; skips a test where npm cannot fetch it."""
    try:
        return fetched(tmp_path_factory.mktemp("npm"))
    except Unavailable as reason:
        pytest.skip(str(reason))
