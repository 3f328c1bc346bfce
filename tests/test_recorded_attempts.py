"""The grader agrees with a person who read the recorded attempts before it first ran on them."""

import json
from pathlib import Path

import pytest

from autograder.batch import grade_batch

ATTEMPTS = Path(__file__).parent.parent / "attempts"
EXPECTED = json.loads((ATTEMPTS / "expected.json").read_text())["attempts"]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    target = tmp_path_factory.mktemp("attempts") / "verdicts.jsonl"
    grade_batch(ATTEMPTS / "attempts.jsonl", target)
    return {verdict["id"]: verdict for verdict in map(json.loads, target.read_text().splitlines())}


def test_every_recorded_attempt_has_an_expected_verdict(verdicts):
    assert verdicts.keys() == EXPECTED.keys()


@pytest.mark.parametrize("identity", EXPECTED)
def test_verdict_is_the_expected_one(identity, verdicts):
    assert verdicts[identity]["passed"] == EXPECTED[identity]["passed"], verdicts[identity]["checks"]


@pytest.mark.parametrize("identity", [name for name, entry in EXPECTED.items() if "diagnosis" in entry])
def test_the_misunderstanding_is_the_one_a_reader_saw(identity, verdicts):
    assert [found["id"] for found in verdicts[identity]["diagnosis"]] == [EXPECTED[identity]["diagnosis"]]
