"""The recorded attempts get the same verdict in the kernel, on the command line, in a batch and as a task."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import check, get_task
from autograder.batch import Options, grade_batch
from autograder.catalog import exercise_named
from autograder.judge import grade
from autograder.trial import PUBLIC_SEED

ATTEMPTS = Path(__file__).parent.parent / "attempts" / "attempts.jsonl"
RECORDED = [json.loads(line) for line in ATTEMPTS.read_text().splitlines()]


def judged(verdict):
    return {
        "checks": [(result["id"], result["passed"], result["points"]) for result in verdict["checks"]],
        "diagnosis": [found["id"] for found in verdict["diagnosis"]],
        "passed": verdict["passed"],
        "score": verdict["score"],
    }


@pytest.fixture(scope="module")
def in_a_batch(tmp_path_factory):
    target = tmp_path_factory.mktemp("batch") / "verdicts.jsonl"
    grade_batch(ATTEMPTS, target, options=Options(seed=PUBLIC_SEED), jobs=2)
    return {record["id"]: judged(record) for record in map(json.loads, target.read_text().splitlines())}


@pytest.mark.parametrize("attempt", RECORDED, ids=lambda attempt: attempt["id"])
def test_the_learners_kernel_agrees_with_the_jailed_worker(attempt, in_a_batch):
    namespace = {"__name__": "learner"}
    exec(attempt["submission"], namespace)
    feedback = check(attempt["exercise"], namespace)
    assert judged(feedback.verdict.to_json()) == in_a_batch[attempt["id"]]


@pytest.mark.parametrize(
    "identity", ["draft-02-attention", "draft-07-attention", "draft-03-dropout", "draft-04-dropout"]
)
def test_command_line_and_task_agree_with_the_batch(identity, in_a_batch, tmp_path):
    (attempt,) = (attempt for attempt in RECORDED if attempt["id"] == identity)
    file = tmp_path / exercise_named(attempt["exercise"]).file
    file.write_text(attempt["submission"])
    command = [sys.executable, "-m", "autograder", "grade", attempt["exercise"], str(file), "--json"]
    printed = subprocess.run([*command, "--seed", str(PUBLIC_SEED)], capture_output=True, text=True).stdout
    assert judged(json.loads(printed)) == in_a_batch[identity]
    graded = get_task(attempt["exercise"]).grade_solution(tmp_path, seed=PUBLIC_SEED)
    verdict = grade(attempt["exercise"], attempt["submission"], seed=PUBLIC_SEED)
    assert graded["passed"] == in_a_batch[identity]["passed"]
    assert graded["score"] == pytest.approx(verdict.fraction)
    assert judged(verdict.to_json()) == in_a_batch[identity]
