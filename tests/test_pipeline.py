"""A stage on processes and on simulated ranks, and beside torch's own schedules."""

from __future__ import annotations

import pytest
import torch

from curriculum.fabric import Deadlock, on_ranks
from curriculum.pipeline import activations_held, bubble, gpipe_schedule, one_f_one_b_schedule, pass_times, run_stage
from curriculum.process_group import on_processes
from curriculum.torch_pipelining import EXAMPLES, SCHEDULES, WIDTH, NotedStage, compare, the_batch
from curriculum.torch_schedules import idle_share, most_held, move_times, torchs_schedule

MICRO_BATCHES = 5


def in_one_process(stages: int) -> tuple[float, list[torch.Tensor]]:
    """The loss of the whole model on the whole batch, and the gradient of each stage's weight."""
    modules = [NotedStage(rank) for rank in range(stages)]
    inputs, targets = the_batch(MICRO_BATCHES)
    x = inputs.flatten(0, 1)
    for module in modules:
        x = module(x)
    loss = (x - targets.flatten(0, 1)).square().mean()
    loss.backward()
    return loss.item(), [module.weight.grad for module in modules]


def test_on_two_processes_it_does_what_torch_and_one_process_do():
    results = on_processes(2, compare, MICRO_BATCHES)
    loss, gradients = in_one_process(2)
    for name, make in SCHEDULES.items():
        for rank, result in enumerate(results):
            torch.testing.assert_close(result[name].ours, gradients[rank])
            torch.testing.assert_close(result[name].torchs, gradients[rank])
            assert result[name].torchs_order == make(2, MICRO_BATCHES)[rank]
        assert results[1][name].our_loss == pytest.approx(loss) == results[1][name].torchs_loss
        assert results[0][name].our_loss is None


def program(comm, schedule):
    module = NotedStage(comm.rank)
    inputs, targets = the_batch(MICRO_BATCHES)
    mine = list(inputs) if comm.rank == 0 else []
    loss = run_stage(
        module,
        schedule[comm.rank],
        comm,
        mine,
        lambda y, i: (y - targets[i]).square().mean(),
        torch.empty(EXAMPLES, WIDTH),
    )
    return loss, module.weight.grad, module.made


@pytest.mark.parametrize("stages", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("make", SCHEDULES.values(), ids=SCHEDULES)
def test_on_any_number_of_ranks_it_learns_what_one_process_learns(make, stages):
    schedule = make(stages, MICRO_BATCHES)
    results, _ = on_ranks(stages, program, schedule)
    loss, gradients = in_one_process(stages)
    for rank, (_, gradient, made) in enumerate(results):
        torch.testing.assert_close(gradient, gradients[rank])
        assert made == schedule[rank]
    assert results[-1][0] == pytest.approx(loss)


@pytest.mark.parametrize("forward, backward", [(1.0, 1.0), (1.0, 2.0), (3.0, 0.5)])
@pytest.mark.parametrize("micro_batches", [1, 2, 3, 8])
@pytest.mark.parametrize("stages", [1, 2, 3, 6])
def test_both_schedules_take_the_same_time(stages, micro_batches, forward, backward):
    for make in (gpipe_schedule, one_f_one_b_schedule):
        times = pass_times(make(stages, micro_batches), [forward] * stages, [backward] * stages)
        whole = max(end for stage in times for _, end in stage)
        assert whole == pytest.approx((micro_batches + stages - 1) * (forward + backward))


def test_ranks_with_schedules_that_do_not_fit_each_other_are_told_so():
    wrong = [one_f_one_b_schedule(2, MICRO_BATCHES)[0], gpipe_schedule(2, MICRO_BATCHES)[1]]
    with pytest.raises(Deadlock, match="rank 0 waits for 1; rank 1 waits for 0"):
        on_ranks(2, program, wrong)


@pytest.mark.parametrize("stages, micro_batches", [(2, 2), (3, 5), (4, 8)])
def test_torchs_table_of_gpipe_is_ours_and_takes_as_long(stages, micro_batches):
    moves = torchs_schedule("GPipe", stages, micro_batches)
    ours = gpipe_schedule(stages, micro_batches)
    assert [[(kind, i) for kind, i, _ in row] for row in moves] == ours
    forward, backward = 1.0, 2.5
    times = move_times(moves, {"F": forward, "B": backward})
    assert times == pass_times(ours, [forward] * stages, [backward] * stages)
    assert idle_share(times) == pytest.approx(bubble(ours, [forward] * stages, [backward] * stages))
    assert most_held(moves) == activations_held(ours)


@pytest.mark.parametrize("per_rank, micro_batches", [(2, 4), (2, 8), (4, 8)])
def test_with_several_stages_on_a_rank_the_bubble_is_smaller_and_more_is_held(per_rank, micro_batches):
    moves = torchs_schedule("Interleaved1F1B", 4, micro_batches, per_rank)
    times = move_times(moves, {"F": 1.0, "B": 2.0})
    assert idle_share(times) == pytest.approx(3 / (per_rank * micro_batches + 3))
    # Korthikanti et al. 2023, section 4.2.3: L (1 + (p − 1)/(pv)) layers.
    held = min(4 + 3 / per_rank, micro_batches)
    assert most_held(moves)[0] / per_rank == pytest.approx(held)


def test_a_move_that_waits_for_ever_is_refused():
    with pytest.raises(ValueError, match="waits for ever"):
        move_times([[("B", 0, 0), ("F", 0, 0)]], {"F": 1.0, "B": 1.0})
