"""What misconceptions do is found out once, and then remembered: the same diagnoses, without running anything."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder import planted, remembered
from autograder.catalog import exercise_named, judgement_of
from autograder.judge import grade
from autograder.kernel import trusted_submission
from autograder.observation import Observation
from autograder.planted import programs_of
from autograder.reference import module_text
from autograder.sandbox import Sandbox
from autograder.trial import CheckRun

SOFTMAX = exercise_named("attention.softmax")
CHECKS = judgement_of(SOFTMAX).checks
WRONG = module_text(SOFTMAX.reference).replace("x - x.max(axis=axis, keepdims=True)", "x")


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    """Where things are remembered, with nothing remembered yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    programs_of.cache_clear()
    yield tmp_path / "attention-to-rlhf" / "misconceptions.db"
    programs_of.cache_clear()


def diagnosis(sandbox: Sandbox) -> list[str]:
    """Of a wrong softmax, by a process that has diagnosed nothing before."""
    programs_of.cache_clear()
    verdict = grade(SOFTMAX, WRONG, sandbox=sandbox, seed=1)
    return [found.id for found in verdict.diagnosis]


def test_a_later_process_runs_no_misconception_again(file, sandbox, monkeypatch):
    first = diagnosis(sandbox)
    assert first == ["overflows"]
    monkeypatch.setattr(planted, "run_check", lambda *arguments: pytest.fail("a misconception was run again"))
    assert diagnosis(sandbox) == first


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000], ids=["empty", "no database"])
def test_a_spoilt_file_costs_time_only(file, sandbox, content):
    first = diagnosis(sandbox)
    file.write_bytes(content)
    assert diagnosis(sandbox) == first
    diagnosis(sandbox)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT COUNT(*) FROM shown").fetchone()[0] > 1  # it was made anew


def test_torn_rows_are_found_out_again(file, sandbox):
    first = diagnosis(sandbox)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE shown SET runs = substr(runs, 1, length(runs) / 2)")
    assert diagnosis(sandbox) == first


def test_where_nothing_can_be_written_diagnoses_are_the_same(file, sandbox):
    first = diagnosis(sandbox)
    file.unlink()
    file.parent.rmdir()
    file.parent.write_text("a file where the folder should be")
    assert diagnosis(sandbox) == first


def test_what_was_remembered_of_another_version_is_forgotten(file, sandbox):
    diagnosis(sandbox)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE shown SET version = 'of last year', runs = 'nonsense'")
    assert diagnosis(sandbox) == ["overflows"]
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT COUNT(*) FROM shown WHERE version = 'of last year'").fetchone() == (0,)


def test_a_program_goes_on_from_what_is_remembered_as_if_it_had_run(file):
    """One that has a memory of its own between checks shows the same, whether it is asked in one process or in two."""
    exercise = exercise_named("attention.kv_cache")
    [forgetful] = [item for item in judgement_of(exercise).misconceptions if item.key == "remembers_between_calls"]
    ids = [check.id for check in judgement_of(exercise).checks]
    whole = programs_of(exercise).alone(forgetful)
    expected = [whole.run(check_id) for check_id in ids]
    programs_of.cache_clear()
    programs_of(exercise).alone(forgetful).run(ids[1])
    programs_of(exercise).remember()
    programs_of.cache_clear()
    program = programs_of(exercise).alone(forgetful)
    assert program.remembered == 2
    assert all(run.behaves_like(program.run(run.check.id)) for run in expected)


literals = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
arrays = st.lists(st.floats(width=32), max_size=5).map(lambda values: np.array(values, dtype=np.float32))
tensors = arrays.map(torch.tensor)


@given(
    got=literals | arrays | tensors, name=st.text(max_size=20), passed=st.booleans(), lost=st.sampled_from(["", "x"])
)
def test_a_remembered_run_compares_as_the_run_itself(got, name, passed, lost):
    run = CheckRun(CHECKS[0], (Observation(name, passed, got, None, 0),), lost)
    try:
        packed = remembered._packed([run])
    except remembered.protocol.Unsendable:
        return
    again = remembered.unpacked(packed, CHECKS)[CHECKS[0].id]
    for other in (run, CheckRun(CHECKS[0], (Observation(name, passed, ["something else"], None, 0),), lost)):
        assert other.behaves_like(again) == other.behaves_like(run)


def test_what_has_no_literal_is_not_remembered():
    submission = trusted_submission([("own", "class Own: pass\nown = Own()")], ["own"])
    run = CheckRun(CHECKS[0], (Observation("own", False, submission, None, 0),))
    with pytest.raises(remembered.protocol.Unsendable):
        remembered._packed([run])
