"""Several ranks of a submission: what the judge's network counts, and who is to blame when it stands still."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from backends import Submit

from autograder.ranks import Ranks, on_every_rank
from autograder.submission import SubmissionLost, SubmissionRaised

RING = """
import torch

def total(comm, x):
    sum_ = x.clone()
    right, left = (comm.rank + 1) % comm.world_size, (comm.rank - 1) % comm.world_size
    for _ in range(comm.world_size - 1):
        came = torch.empty_like(x)
        comm.exchange(x, right, came, left)
        sum_, x = sum_ + came, came
    return sum_
"""
SEND_FIRST = RING.replace("comm.exchange(x, right, came, left)", "comm.send(x, right); comm.recv(came, left)")
HOLDS = """
import torch

def hold(comm, size):
    kept = torch.ones(size)
    return float(kept.sum())
"""


def totals(s, world_size: int, name: str = "total") -> tuple[torch.Tensor, Ranks]:
    arrays = torch.from_numpy(np.random.default_rng(0).normal(size=(world_size, 50)))
    return arrays, on_every_rank(s, world_size, lambda copy, comm, rank: copy.call(name, comm, arrays[rank]))


def test_ranks_reach_each_other_through_the_judge_who_counts(submit: Submit) -> None:
    arrays, ranks = totals(submit(RING), 3)
    assert all(torch.allclose(got, arrays.sum(0)) for got in ranks.results)
    assert [(one.messages, one.bytes_sent, one.steps) for one in ranks.fabric.traffic] == [(2, 2 * 50 * 8, 2)] * 3


def test_what_is_left_with_a_rank_may_have_been_made_with_the_others(submit: Submit) -> None:
    arrays = torch.ones(3, 4)

    def work(copy, comm, rank):
        return copy.construct("total", comm, arrays[rank]).call("sum")

    assert on_every_rank(submit(RING), 3, work).results == [12.0] * 3


def test_a_deadlock_says_who_waits_for_whom(submit: Submit) -> None:
    with pytest.raises(SubmissionRaised, match="rank 0 waits for 1; rank 1 waits for 2; rank 2 waits for 0"):
        totals(submit(SEND_FIRST), 3)


def test_the_rank_that_fails_is_told_and_not_those_that_waited_for_it(submit: Submit) -> None:
    s = submit(RING.replace("    sum_ =", "    if comm.rank == 1: raise KeyError('mine')\n    sum_ ="))
    with pytest.raises(SubmissionRaised, match="KeyError"):
        totals(s, 3)


def test_what_has_another_shape_than_what_is_awaited_is_refused(submit: Submit) -> None:
    s = submit(RING.replace("torch.empty_like(x)", "torch.empty(3)"))
    with pytest.raises(SubmissionRaised, match=r"sends \(50,\) float64 to rank \d, which expects \(3,\) float32"):
        totals(s, 3)


def test_a_rank_whose_process_ends_does_not_hang_the_others(sandboxed: Submit) -> None:
    s = sandboxed("import os\n" + RING.replace("    sum_ =", "    if comm.rank == 1: os._exit(0)\n    sum_ ="))
    with pytest.raises(SubmissionLost, match="ended its process"):
        totals(s, 3)


def test_the_bytes_of_each_rank_are_those_of_its_own_process(sandboxed: Submit) -> None:
    sizes, s = [1 << 22, 1 << 20, 1 << 22], sandboxed(HOLDS)
    small = on_every_rank(s, 3, lambda copy, comm, rank: copy.call("hold", comm, 10), memory=True)
    large = on_every_rank(s, 3, lambda copy, comm, rank: copy.call("hold", comm, sizes[rank]), memory=True)
    for size, before, after in zip(sizes, small.bytes_held, large.bytes_held, strict=True):
        assert after - before == pytest.approx(4 * size, rel=0.2)


def test_the_bytes_of_ranks_cannot_be_told_in_a_learners_own_process(submit: Submit) -> None:
    ranks = on_every_rank(submit(HOLDS), 2, lambda copy, comm, rank: copy.call("hold", comm, 10), memory=True)
    assert len(ranks.bytes_held) in (0, 2)
