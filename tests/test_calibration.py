"""A calibration declares a task in the band falsely at most 5% of the time, whatever the rates and the walk."""

import asyncio
import functools
import json

import numpy as np
import pytest
from scipy import stats

from autograder.agents import calibration
from autograder.agents.calibration import (
    CONFIRMING_RUNS,
    as_text,
    calibrate,
    chance_to_confirm,
    confirmed,
    declared,
    procedure,
)
from autograder.agents.rates import Band
from autograder.errors import UsageError

BAND = Band()


def walked(rates, rng, requests=None):
    """A whole calibration of tasks with these true pass rates, the first at k = 1."""
    steps = procedure(range(1, len(rates) + 1))
    request = next(steps)
    while True:
        if requests is not None:
            requests.append(request)
        try:
            request = steps.send(int(rng.binomial(request.runs, rates[request.k - 1])))
        except StopIteration as end:
            return end.value


def is_false(found, rates):
    return found.found and not BAND.low <= rates[found.confirmation.k - 1] <= BAND.high


LADDERS = {
    "just above": [0.4001],
    "just below": [0.0999],
    "a little above": [0.43],
    "a little below": [0.08],
    "many just above": [0.4001] * 8,
    "many a little above": [0.42] * 8,
    "down past the band": [1.0, 0.9, 0.7, 0.5, 0.401, 0.0999, 0.05, 0.0],
    "either side, again and again": [0.41, 0.09] * 4,
    "jumps over it": [1.0, 0.41, 0.0],
    "near, then in": [0.42, 0.401, 0.39, 0.3],
}


@pytest.mark.parametrize("rates", LADDERS.values(), ids=LADDERS.keys())
def test_a_whole_walk_declares_falsely_at_most_one_time_in_twenty(monkeypatch, rates):
    monkeypatch.setattr(calibration, "confirmed", functools.cache(confirmed))  # for speed alone
    rng = np.random.default_rng(20)
    walks = 1500
    false = sum(is_false(walked(rates, rng), rates) for _ in range(walks))
    # Not more than 5% by any chance worth naming: 1 in 1000.
    assert false <= stats.binom.ppf(0.999, walks, 0.05)
    # And in truth fewer, as follows from the confirmation alone: it is not stretched by many looks at many k.
    assert false <= stats.binom.ppf(0.999, walks, 0.04)


def test_what_the_walk_alone_found_would_be_wrong_far_more_often():
    rng = np.random.default_rng(21)
    candidates = [walked([0.4001] * 8, rng).confirmation is not None for _ in range(200)]
    assert np.mean(candidates) > 0.4


@pytest.mark.parametrize("runs", [30, 60, CONFIRMING_RUNS, 150])
def test_no_rate_outside_the_band_is_confirmed_more_than_one_time_in_twenty(runs):
    outside = [*np.linspace(0, 0.09999, 60), *np.linspace(0.40001, 1, 200)]
    assert max(chance_to_confirm(rate, BAND, runs) for rate in outside) <= 0.05


def test_a_rate_in_the_middle_is_confirmed_nine_times_in_ten():
    assert chance_to_confirm(0.25, BAND) == pytest.approx(0.92, abs=0.005)
    rng = np.random.default_rng(22)
    assert np.mean([walked([0.25], rng).found for _ in range(300)]) == pytest.approx(0.98 * 0.92, abs=0.05)


def test_the_confirmation_is_of_a_fixed_number_of_fresh_attempts_at_what_was_found():
    requests = []
    found = walked([1.0, 0.95, 0.25, 0.2], np.random.default_rng(3), requests)
    assert [step.k for step in found.tried] == [1, 2, 3]
    assert [step.decision for step in found.tried] == ["out", "out", "in"]
    *walk, last = requests
    assert {request.purpose for request in walk} == {"walk"}
    assert (last.k, last.runs, last.purpose) == (3, CONFIRMING_RUNS, "confirmation")
    assert (found.confirmation.k, found.confirmation.attempts) == (3, CONFIRMING_RUNS)


def test_the_result_rests_on_the_confirmation_and_not_on_the_walk():
    steps = procedure([1])
    request = next(steps)
    with pytest.raises(StopIteration) as end:
        while True:
            request = steps.send(request.runs // 4 if request.purpose == "walk" else request.runs)
    assert end.value.value.confirmation.decision == "out"
    assert not end.value.value.found


def test_the_walk_stops_as_soon_as_it_may():
    requests = []
    walked([1.0, 1.0, 0.0, 0.0], np.random.default_rng(3), requests)
    # Ten that all pass are enough; harder than what never passes is not tried.
    assert [(request.k, request.runs) for request in requests[:2]] == [(1, 10), (2, 10)]
    assert max(request.k for request in requests) == 3


def test_a_task_that_is_too_hard_as_it_is_may_be_easier_to_repair():
    asked = []

    def attempt(k, runs):
        asked.append(k)
        return 0 if k == 0 else runs // 4

    found = asyncio.run(calibrate(attempt, [0, 1]))
    assert set(asked) == {0, 1}
    assert found.found
    assert found.confirmation.k == 1


def test_attempts_may_be_plain_or_async():
    async def attempt(k, runs):
        await asyncio.sleep(0)
        return runs // 4

    later, now = (asyncio.run(calibrate(either, [2])) for either in (attempt, lambda k, runs: runs // 4))
    assert later == now
    assert later.found


def test_no_candidate_is_a_result_too():
    found = asyncio.run(calibrate(lambda k, runs: runs, range(1, 4)))
    assert found.confirmation is None
    assert not found.found
    assert "No task was found" in as_text(found)


def test_the_text_reports_the_fresh_attempts_and_their_interval():
    found = asyncio.run(calibrate(lambda k, runs: runs // 4, [1]))
    assert "k = 1: 25 of 100 fresh attempts passed, 18–33% (exact 90% interval)" in as_text(found)
    assert "errs at most 5% of the time" in as_text(found)
    assert json.loads(json.dumps(found.to_json()))["confirmation"]["interval"] == pytest.approx([0.18, 0.33], abs=0.01)


@pytest.mark.parametrize("ends", [(0.1, 0.4), (0.0, 0.4), (0.6, 1.0), (0.2, 0.8)])
@pytest.mark.parametrize("runs", [27, 30, 60, 100])
def test_declaring_by_the_interval_is_two_exact_tests_at_five_percent(runs, ends):
    band = Band(*ends)
    numbers = np.arange(runs + 1)
    low = (stats.binom.sf(numbers - 1, runs, band.low) <= 0.05) | (band.low == 0)
    high = (stats.binom.cdf(numbers, runs, band.high) <= 0.05) | (band.high == 1)
    assert list(declared(band, runs)) == list(numbers[low & high])


@pytest.mark.parametrize("dial", [[], [2, 1], [1, 1]])
def test_a_dial_out_of_order_is_refused(dial):
    with pytest.raises(UsageError, match="from low to high"):
        next(procedure(dial))


def test_too_few_runs_to_confirm_anything_are_refused_before_the_first_attempt():
    with pytest.raises(UsageError, match="20 fresh runs are too few"):
        next(procedure([1], confirming_runs=20))
