"""The certificates: what counts as a defect, that they are complete, and that nothing in them can be had for free."""

from __future__ import annotations

import ast
import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.catalog import EXERCISES, exercise_named, judgement_of
from autograder.certificate import certify, proofs
from autograder.certificate.agreement import claims, first_difference, same
from autograder.certificate.mutants import changed_lines, mutants
from autograder.certificate.trying import FAST, PARTS, Effort
from autograder.errors import UsageError
from autograder.exercise import Judgement
from autograder.observation import frequency
from autograder.planted import programs_of
from autograder.reference import module_text

SOFTMAX = exercise_named("attention.softmax")
MASK = exercise_named("dropout.mask")
CERTIFICATES = Path(__file__).parents[1] / certify.CERTIFICATES


# --- mutants


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_every_mutant_is_another_program_that_parses_and_has_its_own_name(exercise):
    found = mutants(exercise)
    least = 3 if exercise.id == "pipeline.gpipe_schedule" else 5  # that one's solution is a single expression
    assert len({mutant.name for mutant in found}) == len(found) >= least
    assert len({mutant.source for mutant in found}) == len(found)
    for mutant in found:
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(module_text(exercise.reference)))


@pytest.mark.parametrize(
    ("exercise", "change"),
    [
        ("attention.softmax", "sum(axis=axis, keepdims=True) → return exponentials / exponentials.mean"),
        ("attention.softmax", "x.max(axis=axis, keepdims=True)) → exponentials = np.exp(x - x.max(axis=0"),
        ("attention.softmax", "→ return -(exponentials / exponentials.sum"),
        ("attention.scaled_dot_product_attention", "np.where(mask, scores, -np.inf) → scores = (scores)"),
        (
            "attention.positional_multi_head_attention",
            "/ np.sqrt(key_dim) → scores = q[:, keys] @ k[:, keys].T / (key_dim)",
        ),
        ("dropout.variance_stabilized", "→ x_came = x"),
        ("dropout.inverted", "return x.copy() → return x"),
        ("dropout.mask", "if not 0.0 <= dropout_rate < 1.0: → if not 0.0 < dropout_rate < 1.0:"),
    ],
)
def test_the_fields_own_mistakes_are_among_the_mutants(exercise, change):
    old, _, new = change.partition("→")
    names = [mutant.name for mutant in mutants(exercise_named(exercise))]
    assert [name for name in names if old.strip() in name and new.strip() in name.partition("→")[2]], names


def test_a_change_is_named_by_the_lines_that_differ():
    assert changed_lines("a\nb\nc", "a\nx\nc") == "b → x"
    assert changed_lines("a\nc", "a\nb\nc") == "(nothing) → b"
    assert changed_lines("a\nb  +  1", "a") == "b + 1 → (nothing)"


# --- arguments for mutants that are no different


def test_outcomes_are_the_same_to_rounding_and_in_dtype_and_shape():
    x = np.array([1.0, 2.0])
    assert same({"a": [x, None]}, {"a": [x * (1 + 1e-15), None]})
    for other in (x.astype(np.float32), x[:1], x + 1e-6, [1.0, 2.0], None, np.array([1.0, np.nan])):
        assert not same(x, other)
    assert same(np.array([np.nan]), np.array([np.nan]))
    assert not same(True, 1) and not same([1], (1,)) and not same({"a": 1}, {"b": 1})


def test_an_argument_for_a_mutant_that_differs_does_not_hold():
    claimed = claims(MASK)
    assert claimed is not None
    harmless = [mutant for mutant in mutants(MASK) if mutant.name in claimed.arguments]
    harmful = [mutant for mutant in mutants(MASK) if mutant.name not in claimed.arguments]
    assert harmless and all(first_difference(MASK, mutant, claimed.outcome, 200) is None for mutant in harmless)
    # Not all: `outcome` asks for no rate out of range.
    found = [first_difference(MASK, mutant, claimed.outcome, 200) is not None for mutant in harmful]
    assert sum(found) > len(found) / 2


# --- what counts as a defect


@pytest.fixture
def patched_softmax(monkeypatch, tmp_path):
    """The judgement of softmax, to be spoilt; restored afterwards."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # what it does now is nothing to remember
    judgement = judgement_of(SOFTMAX)
    for name in ("checks", "misconceptions"):
        monkeypatch.setattr(judgement, name, list(getattr(judgement, name)))
    programs_of.cache_clear()
    yield judgement
    programs_of.cache_clear()


def defects_of(exercise, tmp_path) -> str:
    [certificate] = certify.certify([exercise], replace(FAST, one_in=1), done=tmp_path)
    return "\n".join(certify.defects(certificate))


def test_a_grader_that_lost_a_check_is_not_certified(patched_softmax: Judgement, tmp_path):
    patched_softmax.checks[:] = [check for check in patched_softmax.checks if check.id != "leaves_its_input_alone"]
    assert "the mutant lives" in defects_of(SOFTMAX, tmp_path)


def test_a_grader_that_rejects_what_is_right_is_not_certified(patched_softmax: Judgement, tmp_path):
    @patched_softmax.check()
    def is_contiguous_in_float64(s, rng):
        """A rule that no statement has."""
        yield frequency("a coin", int(rng.integers(2)) * 1000, 1000, 0.5)

    assert "the reference is rejected" in defects_of(SOFTMAX, tmp_path)


def test_a_misconception_that_passes_or_is_named_otherwise_is_a_defect(patched_softmax: Judgement, tmp_path):
    patched_softmax.misconception(
        "harmless", edit=("exponentials.sum(", "(exponentials).sum("), message="", question=""
    )
    assert "the misconception harmless at seed 1 passes" in defects_of(SOFTMAX, tmp_path)


def test_a_misconception_that_was_not_rewritten_twice_and_rewrites_of_none_are_defects(tmp_path, monkeypatch):
    kept = proofs.rewrites(SOFTMAX)
    dropped = kept[0].name.partition(".")[0]
    stray = replace(kept[0], name="no_such_mistake.1")
    monkeypatch.setattr(proofs, "rewrites", lambda exercise: [*kept[1:], stray])
    found = defects_of(SOFTMAX, tmp_path)
    assert f"the misconception {dropped} needs two rewrites" in found
    assert "there are rewrites of no_such_mistake, which is no misconception" in found


def test_a_proof_that_is_missing_or_says_nothing_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(proofs, "FOLDER", tmp_path)
    folder = tmp_path / "variants" / SOFTMAX.id
    folder.mkdir(parents=True)
    assert proofs.variants(SOFTMAX) == [] and claims(SOFTMAX) is None
    (folder / "silent.py").write_text("x = 1\n")
    with pytest.raises(UsageError, match=r"silent\.py does not say what it shows"):
        proofs.variants(SOFTMAX)


def test_what_was_tried_is_kept_until_something_changes(tmp_path, monkeypatch):
    exercise, effort = exercise_named("attention.causal_mask"), Effort(seeds=2, repeats=1, inputs=10)
    calls: list[Any] = []
    first = certify.certify([exercise], effort, progress=calls.append, done=tmp_path)
    assert len(calls) == len(PARTS)
    monkeypatch.setattr(certify, "_try", lambda part, effort: pytest.fail(f"{part} was tried again"))
    assert certify.certify([exercise], effort, done=tmp_path) == first
    (tmp_path / exercise.id / "mutants.json").write_text("torn")
    with pytest.raises(pytest.fail.Exception, match="mutants"):
        certify.certify([exercise], effort, done=tmp_path)


# --- the command


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", "certify", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


def test_the_command_writes_a_certificate_and_leaves_those_of_other_exercises(tmp_path):
    target = tmp_path / "certificates.json"
    target.write_text(json.dumps([{"exercise": "another.one"}]))
    result = run("attention.causal_mask", "--seeds", "2", "--json", str(target), cwd=tmp_path)
    assert (result.returncode, "attention.causal_mask: certified" in result.stdout) == (0, True), result.stderr
    assert [item["exercise"] for item in json.loads(target.read_text())] == ["another.one", "attention.causal_mask"]
    assert "certifying: 8 of 8" in result.stderr


def test_bad_input_is_one_sentence(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    for arguments, words in (
        (["attention.causal_mesk"], "causal_mask"),
        (["attention.causal_mask", "--seeds", "1", "--json", "broken.json"], "holds no certificates"),
    ):
        result = run(*arguments, cwd=tmp_path)
        assert result.returncode == 2
        assert words in result.stderr and "Traceback" not in result.stderr


# --- the committed certificates


def test_every_exercise_has_a_committed_certificate_that_is_up_to_date_and_complete():
    found = {item["exercise"]: item for item in certify.read(CERTIFICATES)}
    for exercise in EXERCISES:
        certificate = found[exercise.id]
        assert certificate["hash"] == certify.certificate_hash(exercise), f"{exercise.id}: run `make certify`"
        assert certify.defects(certificate) == []
        all_tried = {"one_in": 1, "one_known_in": 1}
        effort = all_tried | certificate["effort"]  # the first certificates say nothing of it
        assert ({"seeds": 1000, "repeats": 3, "inputs": 10_000} | all_tried).items() <= effort.items()
        for program in (certificate["reference"], *certificate["variants"]["variants"].values()):
            assert program["seeds"] == 1000 or (program["seeds"] >= 20 and program["ms"] > 50)
    assert certify.shortfalls(list(found.values())) == []


# --- statistical checks keep their false-alarm rate


@pytest.mark.parametrize("false_alarm", [1e-9, 1e-6, 1e-2])
@pytest.mark.parametrize("probability", [0.015, 0.25, 0.5, 0.93])
@pytest.mark.parametrize("trials", [24, 60, 1000, 10_000])
def test_a_frequency_raises_false_alarms_no_more_often_than_it_says(trials, probability, false_alarm):
    """Summed exactly over all counts, not sampled: a rate of 1e-9 could not be measured otherwise."""
    odds = math.log(probability), math.log1p(-probability)
    alarm = 0.0
    for count in range(trials + 1):
        if not frequency("a share", count, trials, probability, false_alarm).passed:
            log_choose = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
            alarm += math.exp(log_choose + count * odds[0] + (trials - count) * odds[1])
    assert alarm <= false_alarm


def test_a_frequency_measured_on_random_draws_keeps_its_rate():
    rng = np.random.default_rng(0)
    counts = rng.binomial(400, 0.3, size=50_000)
    alarms = sum(not frequency("a share", int(count), 400, 0.3, false_alarm=0.01).passed for count in counts)
    assert alarms <= 0.01 * len(counts)
