"""The graders of chapter 6's models of memory and time, the plans made with them, and what is measured beside them."""

from dataclasses import replace

import pytest
from certified import certified

from curriculum.hardware import H100
from curriculum.measure_ranks import latency_and_rate, shortest
from curriculum.placement import memory_by_gpu
from curriculum.rlhf_plan import LLAMA_2, Job, candidates, groups, model_bytes, phases, plan
from curriculum.training_memory import model_memory

test_certified = certified("h100")
NAMES = ("policy", "reference", "reward", "value")


def four(size: str) -> dict[str, object]:
    return dict.fromkeys(NAMES, LLAMA_2[size])


def test_the_published_shapes_have_as_many_parameters_as_their_names_say() -> None:
    assert LLAMA_2["7B"].parameters == 6_738_415_616
    assert LLAMA_2["70B"].parameters == 68_976_648_192


def test_four_models_of_7_billion_fit_on_eight_gpus_and_of_70_billion_do_not() -> None:
    found = plan(four("7B"), 8, Job(), H100)
    assert found and found.fullest == max(memory_by_gpu(found.chosen, 8)) <= H100.memory
    assert plan(four("70B"), 8, Job(), H100) is None
    assert sum(model_memory(LLAMA_2["70B"].parameters, "ZeRO-3", 8)) > H100.memory


def test_more_memory_never_makes_the_best_placement_slower() -> None:
    seconds = [
        found.seconds
        for gigabytes in (75, 110, 400)
        if (found := plan(four("7B"), 8, Job(), replace(H100, memory=gigabytes * 10**9)))
    ]
    assert len(seconds) == 3 and seconds == sorted(seconds, reverse=True)


@pytest.mark.parametrize("gpus", [8, 16, 24, 48, 64])
def test_a_group_is_whole_machines_or_an_equal_part_of_one(gpus: int) -> None:
    for places in groups(gpus, H100):
        assert len(places) % H100.node == 0 or H100.node % len(places) == 0
        assert places[0] // H100.node == places[-1] // H100.node or places[0] % H100.node == 0


def test_a_model_has_an_option_for_each_group() -> None:
    options = candidates(four("7B"), 16, Job(), H100)
    assert [places for places, _, _ in options[0]] == groups(16, H100)
    assert [len(model) for model in options] == [7] * 4


def test_only_who_learns_and_writes_holds_what_that_takes() -> None:
    frozen = model_bytes(LLAMA_2["7B"], 8, False, False, Job(), H100)
    assert frozen["states"] == -(-2 * LLAMA_2["7B"].parameters // 8) and set(frozen) == {"states", "gathered blocks"}
    assert phases(LLAMA_2["7B"], 8, False, True, False, Job(), H100)[::2] == [0.0, 0.0]


def test_a_line_through_the_times_of_messages_gives_latency_and_rate() -> None:
    times = {str(size): 20e-6 + 8 * size / 50e9 for size in (1000, 10_000, 1_000_000)}
    assert latency_and_rate(times) == pytest.approx((20.0, 50.0))


def test_of_several_runs_the_shortest_counts_and_of_a_run_the_slowest_rank() -> None:
    assert shortest([{"a": [3.0, 1.0]}, {"a": [2.0, 4.0]}]) == {"a": 3.0}
