"""A report counts what counts, and says what its numbers mean."""

import json
import statistics

import numpy as np
import pytest
from synthetic_attempts import PROBLEM, record, records, verdict

from autograder.agents.rates import Count, jeffreys, over_tasks, pass_at, wilson
from autograder.agents.report import as_markdown, summary

RATES = {"attention.softmax": 0.9, "attention.causal_mask": 0.3, "attention.scaled_dot_product_attention": 0.1}


@pytest.fixture(scope="module")
def attempts():
    return [
        *records(RATES, seed=1, infrastructure=2),
        *records(RATES, seed=2, shape="repair", k=2),
        *records({"attention.softmax": 0.2}, seed=3, twin=True),
    ]


@pytest.fixture(scope="module")
def report(attempts):
    return summary(attempts)


def chosen(passed, **more):
    """So many attempts at one task, of which the first `passed` pass."""
    rng = np.random.default_rng(0)
    outcomes = [True] * passed + [False] * (15 - passed)
    return [record("attention.softmax", run, ok, "submitted", rng, **more) for run, ok in enumerate(outcomes, 1)]


def test_it_is_json(report):
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_each_task_has_its_rate_and_both_intervals():
    [task] = summary(chosen(4))["tasks"]
    assert (task["task"], task["passed"], task["attempts"]) == ("attention.softmax/implement-0", 4, 15)
    assert task["wilson"] == pytest.approx(wilson(4, 15))
    assert task["jeffreys"] == pytest.approx(jeffreys(4, 15))
    assert task["pass_at"] == {str(k): pytest.approx(pass_at(k, 4, 15)) for k in (1, 2, 5, 10)}


def test_four_of_fifteen_are_undecided_with_the_probability_that_they_are_in_the_band():
    [task] = summary(chosen(4))["tasks"]
    assert task["band"]["verdict"] == "undecided"
    assert task["band"]["probability"] == pytest.approx(0.83, abs=0.005)
    assert "undecided (.83)" in as_markdown(summary(chosen(4)))


def test_a_task_that_always_passes_is_out_of_the_band():
    [task] = summary(chosen(15))["tasks"]
    assert task["band"]["verdict"] == "out"


def test_what_infrastructure_lost_is_listed_and_in_no_rate(attempts, report):
    clean = summary([one for one in attempts if one["outcome"] != "infrastructure"])
    for name in ("attempts", "tasks", "overall", "failures", "twins"):
        assert report[name] == clean[name]
    assert len(report["infrastructure"]) == 6
    assert {item["problem"] for item in report["infrastructure"]} == {PROBLEM}
    assert report["spent"]["seconds"]["total"] > clean["spent"]["seconds"]["total"]


@pytest.mark.parametrize("outcome", ["no_submission", "time_limit", "token_limit", "refusal", "max_tokens", "new_one"])
def test_every_other_outcome_is_a_failure_and_has_its_row(outcome):
    attempts = chosen(4)
    attempts[-1] |= {"outcome": outcome, "verdict": None, "submission": None}
    report = summary(attempts)
    assert report["tasks"][0]["attempts"] == 15
    rows = {row["outcome"]: row["count"] for row in report["failures"]["by_outcome"]}
    assert rows == {outcome: 1, "submitted, wrong": 10}


def test_a_task_that_was_only_ever_lost_has_no_rate_and_spoils_no_other():
    lost = records({"attention.causal_mask": 1.0}, runs=0, infrastructure=3)
    report = summary([*chosen(4), *lost])
    task = next(task for task in report["tasks"] if task["exercise"] == "attention.causal_mask")
    assert task["rate"] is None
    assert report["overall"] == summary(chosen(4))["overall"]
    assert "| – |" in as_markdown(report)


def test_nothing_at_all_is_a_report_too():
    assert summary([])["overall"] is None
    assert "Attempts that count: 0." in as_markdown(summary([]))


# --- over tasks


def test_the_overall_rate_is_the_mean_over_tasks_and_its_interval_is_of_tasks(report):
    tasks = report["tasks"]
    overall = report["overall"]
    assert overall["rate"] == pytest.approx(statistics.fmean(task["rate"] for task in tasks))
    assert overall["wilson"] == pytest.approx(
        over_tasks([Count(task["passed"], task["attempts"]) for task in tasks]).wilson
    )
    independent = wilson(overall["passed"], overall["attempts"])
    assert overall["wilson"][1] - overall["wilson"][0] > 2 * (independent.high - independent.low)
    assert "Attempts at one task resemble each other" in overall["meaning"]
    assert overall["meaning"] in as_markdown(report)


def test_of_one_task_nothing_is_said_about_others():
    assert "says nothing of other tasks" in summary(chosen(4))["overall"]["meaning"]


def test_overall_pass_at_k_needs_k_attempts_at_every_task():
    attempts = [*chosen(4), *records({"attention.causal_mask": 0.5}, runs=6)]
    assert set(summary(attempts)["overall"]["pass_at"]) == {"1", "2", "5"}


# --- twins


def test_a_twin_passed_is_a_cheat_and_stands_beside_the_pass_rate():
    report = summary([*chosen(12), *chosen(3, twin=True)])
    [twin] = report["twins"]
    assert (twin["task"], twin["rate"], twin["pass_rate"]) == ("attention.softmax/twin", 0.2, 0.8)
    assert report["overall"]["rate"] == 0.8
    assert report["cheating"]["wilson"] == pytest.approx(wilson(3, 15))
    assert "| attention.softmax/twin | 3 of 15 | 20% | 7–45% |" in as_markdown(report)


def test_an_honest_failure_of_a_twin_is_no_failure():
    assert summary(chosen(0, twin=True))["failures"]["attempts"] == 0


# --- time, tokens, cost


def test_tokens_read_include_those_of_the_cache():
    attempts = chosen(4)
    usages = [one["usage"] for one in attempts]
    [task] = summary(attempts)["tasks"]
    read = [usage["input_tokens"] + usage["cache_read_input_tokens"] for usage in usages]
    assert task["input_tokens"] == {"median": statistics.median(read), "total": sum(read)}
    assert task["output_tokens"]["total"] == sum(usage["output_tokens"] for usage in usages)
    assert task["seconds"]["median"] == statistics.median(one["seconds"] for one in attempts)


def test_a_price_that_is_unknown_is_called_so_and_is_not_zero():
    report = summary(chosen(4, cost=None))
    assert report["spent"]["cost_usd"]["total"] is None
    [line] = [line for line in as_markdown(report).splitlines() if line.startswith("| everything")]
    assert line.endswith("| unknown |")
    assert "$" not in line


def test_a_sum_of_known_and_unknown_prices_says_what_it_leaves_out():
    report = summary([*chosen(4, cost=0.5), *chosen(4, k=1, shape="repair", cost=None)])
    assert report["spent"]["cost_usd"]["total"] is None
    assert "$7.50 and 15 attempts at an unknown price" in as_markdown(report)


# --- failures


def test_failures_are_counted_by_what_the_verdicts_name():
    attempts = chosen(12)
    for one, name in zip(attempts[12:], ["wrong_axis", "overflows", "overflows"], strict=True):
        one["verdict"]["diagnosis"] = [{"id": name, "message": f"It {name}.", "question": "?", "explains": []}]
    found = summary(attempts)["failures"]
    assert [(row["misconception"], row["count"]) for row in found["by_misconception"]] == [
        ("overflows", 2),
        ("wrong_axis", 1),
    ]
    [check] = found["by_check"]
    assert (check["count"], check["judged"]) == (3, 15)
    assert check["attempts"] == [one["id"] for one in attempts[12:]]
    assert "| overflows | It overflows. | 0 | 2 | attention.softmax |" in as_markdown(summary(attempts))


def test_a_failure_that_nobody_foresaw_is_counted_as_such():
    attempts = chosen(14)
    attempts[14]["verdict"]["diagnosis"] = []
    [row] = summary(attempts)["failures"]["by_misconception"]
    assert row["misconception"] == "none that is known"


def test_a_misconception_means_the_same_in_every_exercise_that_has_it():
    rng = np.random.default_rng(0)
    attempts = [record(name, 1, False, "submitted", rng) for name in RATES]
    for one in attempts:
        one["verdict"] = verdict(one["exercise"], False, one["verdict"]["diagnosis"][0]["id"])
        one["verdict"]["diagnosis"][0]["id"] = "mask_inverted"
    [row] = summary(attempts)["failures"]["by_misconception"]
    assert (row["count"], set(row["exercises"])) == (3, set(RATES))
    assert row["message"] == "(differs by exercise)"


def test_a_bug_that_a_repair_left_in_is_told_from_a_new_one():
    attempts = chosen(13, shape="repair", k=1)
    for one, name in zip(attempts[13:], [attempts[0]["planted"][0], "another"], strict=True):
        one["verdict"]["diagnosis"][0]["id"] = name
    rows = {row["misconception"]: row["planted"] for row in summary(attempts)["failures"]["by_misconception"]}
    assert rows == {attempts[0]["planted"][0]: 1, "another": 0}


def test_what_was_seen_is_grouped_over_different_numbers_and_words():
    attempts = chosen(9)
    messages = [
        "weights has shape (2, 3), but should have shape (3, 2)",
        "weights has shape (4, 5), but should have shape (5, 4)",
        "softmax: 3 of 12 elements are wrong, by up to 0.25 (allowed 1e-12) at [0, 1]; there got 1, expected 2",
        "softmax: 9 of 12 elements are wrong, by up to 1e+03 (allowed 1e-12) at [0, 1]; there got 5, expected 2",
        "raised ValueError: operands of shapes (2,) and (3,) (line 3 of solution.py: x + y)",
        "raised ValueError: no (line 4 of solution.py: x - y)",
    ]
    for one, message in zip(attempts[9:], messages, strict=True):
        one["verdict"]["checks"][0]["message"] = message
    rows = summary(attempts)["failures"]["by_what_was_seen"]
    assert {row["seen"]: row["count"] for row in rows} == {
        "weights has shape (…), but should have shape (…)": 2,
        "softmax: … of … elements are wrong, by up to … (allowed …) at (…)": 2,
        "raised ValueError": 2,
    }


def test_a_submission_that_could_not_run_is_one_failure_and_not_one_of_every_check():
    attempts = chosen(14)
    attempts[14]["verdict"] |= {"problem": "a syntax error in line 3", "diagnosis": []}
    found = summary(attempts)["failures"]
    assert [row["outcome"] for row in found["by_outcome"]] == ["submitted, could not run"]
    assert found["by_check"] == found["by_misconception"] == []
    assert found["by_what_was_seen"][0]["seen"] == "a syntax error in line …"


# --- Markdown


def test_markdown_has_every_task_every_twin_and_the_failures(report):
    shown = as_markdown(report)
    for task in [*report["tasks"], *report["twins"]]:
        assert f"| {task['task'].replace('_', chr(92) + '_')} | {task['passed']} of {task['attempts']} |" in shown
    for row in report["failures"]["by_check"]:
        assert row["check"].replace("_", " ") in shown


def test_what_a_submission_says_cannot_leave_its_cell_in_markdown():
    attempts = chosen(14)
    attempts[14]["verdict"]["checks"][0]["message"] = "x | <script>alert()</script>\n\n# [a](javascript:b)"
    shown = as_markdown(summary(attempts))
    assert "<script" not in shown
    assert "\n# [" not in shown
    assert r"x \| &lt;script&gt;alert()&lt;/script&gt; # \[a\](javascript:b)" in shown


def test_records_of_several_models_are_called_so():
    mixed = [*chosen(4), *chosen(5, model="model-2")]
    assert summary(mixed)["models"] == ["model-1", "model-2"]
    assert "several models" in as_markdown(summary(mixed))
