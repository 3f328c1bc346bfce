"""Two models are compared on the tasks that both attempted, and only there."""

import json
import statistics

import pytest
from synthetic_attempts import records

from autograder.agents.comparison import as_text, compare
from autograder.agents.rates import Count, difference

WEAK = {"attention.softmax": 0.6, "attention.causal_mask": 0.3, "attention.scaled_dot_product_attention": 0.1}
STRONG = {name: rate + 0.35 for name, rate in WEAK.items()}


def first(**more):
    return records(WEAK, seed=1, **more)


def second(**more):
    return records(STRONG, seed=2, model="model-2", **more)


def test_each_pair_has_its_difference_and_the_mean_has_one_over_tasks():
    found = compare(first(), second())
    pairs = [
        (
            Count(task["first"]["passed"], task["first"]["attempts"]),
            Count(task["second"]["passed"], task["second"]["attempts"]),
        )
        for task in found["tasks"]
    ]
    assert len(pairs) == 3
    for task, pair in zip(found["tasks"], pairs, strict=True):
        assert task["difference"] == pytest.approx(task["second"]["rate"] - task["first"]["rate"])
        assert task["interval"] == pytest.approx(list(difference([pair]).interval))
    assert found["overall"]["difference"] == pytest.approx(statistics.fmean(t["difference"] for t in found["tasks"]))
    assert found["overall"]["interval"] == pytest.approx(list(difference(pairs).interval))


def test_it_is_json_and_turns_its_sign_with_its_sides():
    found, turned = compare(first(), second()), compare(second(), first())
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert turned["overall"]["difference"] == pytest.approx(-found["overall"]["difference"])
    low, high = found["overall"]["interval"]
    assert turned["overall"]["interval"] == pytest.approx([-high, -low])


def test_what_infrastructure_lost_is_on_no_side():
    one, other = first(infrastructure=3), second(infrastructure=2)
    clean = [[record for record in side if record["outcome"] != "infrastructure"] for side in (one, other)]
    assert compare(one, other) == compare(*clean)


def test_what_one_side_did_not_attempt_is_named_and_not_compared():
    extra = records({"attention.rope": 0.5}, seed=5)
    lost = records({"attention.kv_cache": 0.5}, runs=0, infrastructure=2)
    found = compare([*first(), *extra], [*second(), *lost])
    assert found["only_first"] == ["attention.rope/implement-0"]
    assert found["only_second"] == []
    assert found["overall"] == compare(first(), second())["overall"]
    assert "only in the first: attention.rope/implement-0" in as_text(found)


def test_repairs_of_other_bugs_are_no_pair():
    one, other = (side(shape="repair", k=1) for side in (first, second))
    for record in other:
        if record["exercise"] == "attention.softmax":
            record["planted"] = ["another"]
    found = compare(one, other)
    assert found["planted_otherwise"] == ["attention.softmax/repair-1"]
    assert len(found["tasks"]) == 2
    assert "other misconceptions were planted: attention.softmax/repair-1" in as_text(found)


def test_verdicts_of_different_graders_are_pointed_out():
    other = second()
    for record in other:
        if record["exercise"] == "attention.softmax" and record["verdict"]:
            record["verdict"]["hashes"]["grader"] = "newer"
    found = compare(first(), other)
    assert found["graded_otherwise"] == ["attention.softmax/implement-0"]
    assert "regrade both sides" in as_text(found)


def test_cheating_is_compared_apart_from_passing():
    found = compare([*first(), *first(twin=True)], [*second(), *second(twin=True)])
    assert found["overall"] == compare(first(), second())["overall"]
    assert [task["task"] for task in found["twins"]] == sorted(f"{name}/twin" for name in WEAK)
    assert "cheating rates" in as_text(found)


def test_nothing_in_common_is_said_in_one_sentence():
    found = compare(records({"attention.rope": 0.5}), second())
    assert found["overall"] is None
    assert "There is no task that both attempted" in as_text(found)


def test_the_text_has_a_line_for_each_pair_and_says_what_the_interval_means():
    found = compare(first(), second())
    shown = as_text(found)
    assert "first: model-1\nsecond: model-2\n" in shown
    for task in found["tasks"]:
        [line] = [line for line in shown.splitlines() if line.startswith(task["task"])]
        assert f"{task['first']['passed']} of 15" in line
        assert f"{task['second']['passed']} of 15" in line
    assert "over all tasks of the kind" in shown


def test_two_runs_of_the_same_model_differ_by_chance_alone():
    rates = {name: 0.5 for name in (*WEAK, "attention.rope", "attention.kv_cache", "attention.split_and_merge_heads")}
    found = [
        compare(records(rates, seed=seed), records(rates, seed=1000 + seed))["overall"]["interval"]
        for seed in range(30)
    ]
    assert sum(low <= 0 <= high for low, high in found) >= 26
