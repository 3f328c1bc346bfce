"""Intervals for pass rates cover what they claim to, and the band's rule decides as published."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from autograder.agents.rates import (
    Band,
    Count,
    Interval,
    difference,
    jeffreys,
    over_tasks,
    pass_at,
    wilson,
)

counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
RATES = np.linspace(0.02, 0.98, 97)


def mean_coverage(interval, attempts):
    """Over rates from .02 to .98, how often the interval of a binomial number holds its rate; exact."""
    intervals = [interval(passed, attempts) for passed in range(attempts + 1)]
    chances = [stats.binom.pmf(np.arange(attempts + 1), attempts, rate) for rate in RATES]
    return np.mean(
        [
            sum(p for p, i in zip(chance, intervals, strict=True) if i.low <= rate <= i.high)
            for rate, chance in zip(RATES, chances, strict=True)
        ]
    )


# --- one task


def test_four_of_fifteen_certify_nothing():
    assert wilson(4, 15) == pytest.approx((0.11, 0.52), abs=0.005)
    assert Band().reading(4, 15).probability == pytest.approx(0.83, abs=0.005)
    assert max(Band().reading(passed, 15).probability for passed in range(16)) < 0.95


@settings(deadline=None)
@given(counts, st.sampled_from([0.9, 0.95, 0.99]))
def test_wilson_is_the_one_of_scipy(count, level):
    expected = stats.binomtest(*count).proportion_ci(level, "wilson")
    assert wilson(*count, level) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_jeffreys_has_published_values():
    # Brown, Cai, DasGupta 2001, table 5: n = 7 with 0, 1, 2, 3 successes.
    for passed, expected in enumerate([(0, 0.292), (0.016, 0.501), (0.065, 0.648), (0.139, 0.766)]):
        assert jeffreys(passed, 7) == pytest.approx(expected, abs=0.0006)


@pytest.mark.parametrize("interval", [wilson, jeffreys])
@pytest.mark.parametrize("attempts", [10, 15, 40])
def test_intervals_cover_95_percent_in_the_mean(interval, attempts):
    assert mean_coverage(interval, attempts) == pytest.approx(0.95, abs=0.015)


@settings(deadline=None)
@given(counts)
def test_intervals_hold_the_rate_and_mirror_each_other(count):
    passed, attempts = count
    for interval in (wilson, jeffreys):
        low, high = interval(passed, attempts)
        assert 0 <= low <= passed / attempts <= high <= 1
        assert interval(attempts - passed, attempts) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize("interval", [wilson, jeffreys])
def test_without_an_attempt_nothing_is_known(interval):
    assert interval(0, 0) == pytest.approx((0, 1), abs=0.002)


@settings(deadline=None)
@given(st.integers(0, 12), st.integers(1, 12))
def test_pass_at_k_is_the_share_of_draws_of_k_that_hold_a_pass(passed, k):
    rng = np.random.default_rng(passed * 13 + k)
    outcomes = np.arange(12) < passed
    draws = np.argsort(rng.random((4000, 12)), axis=1)[:, :k]
    assert pass_at(k, passed, 12) == pytest.approx(outcomes[draws].any(axis=1).mean(), abs=0.04)


def test_pass_at_one_is_the_pass_rate_and_more_than_there_are_is_refused():
    assert pass_at(1, 4, 15) == pytest.approx(4 / 15)
    with pytest.raises(ValueError, match="pass@16 needs 16 attempts and there are 15"):
        pass_at(16, 4, 15)


# --- the band


def fates(band, rate):
    """The exact chance of each end of the rule at a true rate, and the mean number of attempts."""
    alive, n, ends, mean = np.ones(1), 0, {"in": 0.0, "out": 0.0, "undecided": 0.0}, 0.0
    while alive.size:
        more = band.reading(0, n).more if n < band.first else band.step
        alive = np.convolve(alive, stats.binom.pmf(np.arange(more + 1), more, rate))
        n += more
        readings = [band.reading(passed, n) for passed in range(n + 1)]
        for passed, reading in enumerate(readings):
            if reading.decision != "go on":
                ends[reading.decision] += alive[passed]
                mean += alive[passed] * n
                alive[passed] = 0.0
        if n >= band.most:
            break
    return ends, mean


@pytest.mark.parametrize(
    ("rate", "chance_in", "chance_out", "attempts"),
    [
        (0.05, 0.003, 0.81, 59),
        (0.10, 0.14, 0.23, 93),
        (0.25, 0.98, 0.007, 48),
        (0.40, 0.16, 0.22, 92),
        (0.50, 0.006, 0.85, 55),
        (1.0, 0.0, 1.0, 10),
    ],
)
def test_the_rule_decides_as_often_and_as_soon_as_was_measured(rate, chance_in, chance_out, attempts):
    ends, mean = fates(Band(), rate)
    assert ends["in"] == pytest.approx(chance_in, abs=0.02)
    assert ends["out"] == pytest.approx(chance_out, abs=0.02)
    assert sum(ends.values()) == pytest.approx(1)
    assert mean == pytest.approx(attempts, abs=1.5)


def test_the_rule_asks_for_its_next_look_wherever_it_stands():
    assert [Band().reading(n // 4, n).more for n in (0, 7, 10, 14, 15)] == [10, 3, 5, 1, 5]
    assert Band().reading(12, 120).decision == "undecided"
    assert Band().reading(12, 120).more == 0


def test_a_task_that_is_out_is_too_easy_or_too_hard():
    easy, hard = Band().reading(10, 10), Band().reading(0, 40)
    assert (easy.decision, hard.decision) == ("out", "out")
    assert easy.above > 0.99
    assert hard.above < 0.01


def test_a_band_from_above_to_below_is_refused():
    with pytest.raises(ValueError, match=r"not from 0\.4 to 0\.1"):
        Band(0.4, 0.1)


# --- several tasks


def drawn(rng, tasks, a, b):
    return [Count(int(passed), 15) for passed in rng.binomial(15, rng.beta(a, b, tasks))]


@pytest.mark.parametrize("tasks", [3, 10, 25])
@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (2, 2), (2, 8), (50, 50)])
def test_the_interval_over_tasks_covers_the_rate_of_their_kind_however_alike_its_attempts_are(tasks, a, b):
    rng = np.random.default_rng(7)
    pooled = [over_tasks(drawn(rng, tasks, a, b)) for _ in range(300)]
    for kind in ("wilson", "jeffreys"):
        hits = [getattr(one, kind).low <= a / (a + b) <= getattr(one, kind).high for one in pooled]
        assert np.mean(hits) > 0.91


def test_attempts_taken_for_independent_would_not_cover_it():
    rng = np.random.default_rng(7)
    samples = [drawn(rng, 10, 0.5, 0.5) for _ in range(300)]
    naive = [wilson(sum(count.passed for count in counts), 150) for counts in samples]
    assert np.mean([low <= 0.5 <= high for low, high in naive]) < 0.65


def test_tasks_that_all_pass_still_leave_room_for_others():
    assert over_tasks([Count(15, 15)] * 5).wilson.low < 0.75
    assert over_tasks([Count(15, 15)] * 5).effective < 5
    assert wilson(75, 75).low > 0.95


def test_one_task_has_its_own_interval():
    assert over_tasks([Count(4, 15)]).wilson == wilson(4, 15)
    assert over_tasks([Count(4, 15)]).jeffreys == jeffreys(4, 15)


@settings(deadline=None)
@given(st.lists(counts.map(lambda count: Count(*count)), min_size=1, max_size=8))
def test_the_interval_over_tasks_is_never_narrower_than_that_of_independent_attempts(tasks):
    pooled = over_tasks(tasks)
    assert pooled.effective <= sum(count.attempts for count in tasks) + 1e-9
    assert 0 <= pooled.wilson.low <= pooled.rate + 1e-9
    assert pooled.rate - 1e-9 <= pooled.wilson.high <= 1


@pytest.mark.parametrize("tasks", [3, 10, 25])
@pytest.mark.parametrize(
    ("first", "second"), [((1, 2), (2, 1)), ((50, 1), (50, 1)), ((0.2, 2), (0.2, 2)), ((4, 4), (4, 4))]
)
def test_the_interval_of_a_difference_covers_it(tasks, first, second):
    rng = np.random.default_rng(11)
    true = second[0] / sum(second) - first[0] / sum(first)
    found = [
        difference(list(zip(drawn(rng, tasks, *first), drawn(rng, tasks, *second), strict=True))) for _ in range(300)
    ]
    assert np.mean([one.interval.low <= true <= one.interval.high for one in found]) > 0.91


def test_pairing_takes_the_tasks_own_difficulty_out_of_a_difference():
    pairs = [(Count(k, 15), Count(k + 2, 15)) for k in (0, 3, 6, 9, 12)]
    shuffled = [(pairs[i][0], pairs[j][1]) for i, j in enumerate([3, 0, 4, 1, 2])]
    assert difference(pairs).estimate == pytest.approx(difference(shuffled).estimate)
    width, wider = (np.diff(difference(either).interval)[0] for either in (pairs, shuffled))
    assert wider > 2 * width


def test_a_difference_that_is_the_same_at_every_task_still_has_a_width():
    low, high = difference([(Count(15, 15), Count(15, 15))] * 4).interval
    assert low < -0.02
    assert high > 0.02


def test_the_difference_at_one_task_is_newcombes():
    # Newcombe 1998, table II, method 10: 56/70 − 48/80 and 10/10 − 0/10.
    assert difference([(Count(48, 80), Count(56, 70))]).interval == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert difference([(Count(0, 10), Count(10, 10))]).interval == pytest.approx((0.6075, 1.0), abs=1e-4)


@settings(deadline=None)
@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=6))
def test_a_difference_turns_its_sign_with_its_sides(pairs):
    one = difference([(Count(*first), Count(*second)) for first, second in pairs])
    other = difference([(Count(*second), Count(*first)) for first, second in pairs])
    assert one.interval == pytest.approx(Interval(-other.interval.high, -other.interval.low), abs=1e-9)
    assert -1 <= one.interval.low <= one.estimate <= one.interval.high <= 1
