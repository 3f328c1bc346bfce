"""Simulated ranks, what they count, the collectives on them and on processes, and the memory that a thread holds."""

from __future__ import annotations

import gc
import math
import threading

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Rectangle
from torch import Tensor

from curriculum.collectives import (
    all_gather,
    broadcast,
    doubling_all_reduce,
    reduce_scatter,
    ring_all_reduce,
    tree_all_reduce,
)
from curriculum.communication_cost import communication_cost, crossover
from curriculum.counting_task import beside_torch, learn, small_gpt
from curriculum.data_parallel import buckets, shard_indices
from curriculum.fabric import Deadlock, Endpoint, Fabric, RankFailed, on_ranks
from curriculum.live_memory import LiveMemory
from curriculum.process_group import on_processes
from curriculum.same_program import ours_and_torchs, three_collectives
from curriculum.timeline import timeline

world_sizes = st.integers(1, 7)
seeds = st.integers(0, 2**31)
few = settings(max_examples=25, deadline=None)


def drawn(seed: int, world_size: int, *shape: int) -> Tensor:
    """Whole numbers, so that no order of additions rounds: (world_size, …)."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(-1000, 1000, (world_size, *shape), generator=generator).double()


# --- the network


def test_an_exchange_is_one_step_of_one_message_each_way():
    def swap(comm: Endpoint) -> Tensor:
        came = torch.empty(3)
        comm.exchange(torch.full((3,), float(comm.rank)), 1 - comm.rank, came, 1 - comm.rank)
        return came

    results, fabric = on_ranks(2, swap)
    assert [got.tolist() for got in results] == [[1.0] * 3, [0.0] * 3]
    for one in fabric.traffic:
        assert (one.messages, one.bytes_sent, one.bytes_received, one.steps) == (1, 12, 12, 1)


def test_a_message_leaves_when_both_sides_are_ready_and_takes_latency_and_bytes():
    def program(comm: Endpoint) -> None:
        comm.compute(2.0 + comm.rank)
        if comm.rank == 0:
            comm.send(torch.zeros(10, dtype=torch.uint8), 1)
        else:
            comm.recv(torch.empty(10, dtype=torch.uint8), 0)

    _, fabric = on_ranks(2, program, fabric=Fabric(2, latency=0.5, bandwidth=20.0))
    assert fabric.clocks == [4.0, 4.0]
    [sent] = [event for event in fabric.events if event.kind == "send"]
    assert (sent.rank, sent.peer, sent.start, sent.end, sent.bytes) == (0, 1, 2.0, 4.0, 10)


def test_messages_between_two_ranks_keep_their_order():
    def program(comm: Endpoint) -> list[float]:
        found = []
        for number in range(4):
            x = torch.tensor(float(number))
            comm.send(x, 1) if comm.rank == 0 else comm.recv(x := torch.empty(()), 0)
            found.append(x.item())
        return found

    results, _ = on_ranks(2, program)
    assert results[1] == [0.0, 1.0, 2.0, 3.0]


def test_what_is_sent_is_copied_and_what_is_received_may_lie_anyhow():
    def program(comm: Endpoint) -> Tensor:
        if comm.rank == 0:
            x = torch.arange(6.0).reshape(2, 3)
            comm.send(x, 1)
            x.zero_()
            return x
        out = torch.empty(3, 2).T
        comm.recv(out, 0)
        return out

    results, _ = on_ranks(2, program)
    assert results[1].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]


def test_ranks_that_all_send_first_are_told_who_waits_for_whom():
    def program(comm: Endpoint) -> None:
        comm.send(torch.zeros(1), (comm.rank + 1) % comm.world_size)

    with pytest.raises(Deadlock, match="rank 0 waits for 1; rank 1 waits for 2; rank 2 waits for 0"):
        on_ranks(3, program)


def test_a_rank_that_waits_for_one_that_is_done_is_told():
    def program(comm: Endpoint) -> None:
        if comm.rank == 0:
            comm.recv(torch.empty(1), 1)

    with pytest.raises(Deadlock, match="rank 0 waits for 1"):
        on_ranks(2, program)


def test_the_error_of_a_rank_is_raised_and_not_those_of_the_ranks_that_waited_for_it():
    def program(comm: Endpoint) -> None:
        if comm.rank == 2:
            raise KeyError("mine")
        comm.recv(torch.empty(1), 2)

    with pytest.raises(KeyError, match="mine"):
        on_ranks(3, program)


def test_who_waited_for_a_failed_rank_can_catch_that():
    def program(comm: Endpoint) -> str:
        if comm.rank == 1:
            raise KeyError
        try:
            comm.recv(torch.empty(1), 1)
        except RankFailed as error:
            told.append(str(error))
        return "caught"

    told: list[str] = []
    with pytest.raises(KeyError):
        on_ranks(2, program)
    assert told == ["rank 1 had ended with an exception: rank 0 waits for 1"]


@pytest.mark.parametrize("peer", [0, 2, -1, 1.0, True])
def test_there_is_no_message_to_oneself_or_to_nobody(peer):
    with pytest.raises(ValueError, match="has no peer"):
        on_ranks(2, lambda comm: comm.send(torch.zeros(1), peer) if comm.rank == 0 else None)


def test_another_shape_than_the_one_awaited_is_refused():
    def program(comm: Endpoint) -> None:
        comm.send(torch.zeros(3), 1) if comm.rank == 0 else comm.recv(torch.empty(2), 0)

    with pytest.raises(ValueError, match=r"rank 0 sends \(3,\) float32 to rank 1, which expects \(2,\) float32"):
        on_ranks(2, program)


# --- the collectives


@few
@given(world_sizes, st.integers(1, 4), st.integers(1, 3), seeds)
def test_reduce_scatter_leaves_each_rank_the_sum_of_its_part(world_size, n, width, seed):
    inputs = drawn(seed, world_size, world_size * n, width)
    results, fabric = on_ranks(world_size, lambda comm: reduce_scatter(inputs[comm.rank], comm))
    assert torch.equal(torch.stack(results), inputs.sum(0).reshape(world_size, n, width))
    for one in fabric.traffic:
        assert (one.bytes_sent, one.steps) == ((world_size - 1) * n * width * 8, world_size - 1)


@few
@given(world_sizes, st.integers(1, 4), st.integers(1, 3), seeds)
def test_all_gather_gives_everybody_all_shards_in_order(world_size, n, width, seed):
    inputs = drawn(seed, world_size, n, width)
    results, fabric = on_ranks(world_size, lambda comm: all_gather(inputs[comm.rank], comm))
    assert all(torch.equal(got, inputs.flatten(0, 1)) for got in results)
    for one in fabric.traffic:
        assert (one.bytes_sent, one.steps) == ((world_size - 1) * n * width * 8, world_size - 1)


@few
@given(world_sizes, st.lists(st.integers(1, 4), max_size=3), seeds)
def test_every_all_reduce_gives_the_sum_and_leaves_its_input(world_size, shape, seed):
    inputs = drawn(seed, world_size, *shape)
    for function in (ring_all_reduce, tree_all_reduce, doubling_all_reduce):
        before = inputs.clone()
        results, _ = on_ranks(world_size, lambda comm, f=function: f(inputs[comm.rank], comm))
        assert all(torch.equal(got, inputs.sum(0)) for got in results)
        assert torch.equal(inputs, before)


@few
@given(world_sizes, st.integers(1, 30))
def test_the_ring_sends_the_least_rounded_up_to_whole_parts(world_size, size):
    _, fabric = on_ranks(world_size, lambda comm: ring_all_reduce(torch.zeros(size), comm))
    steps = 2 * (world_size - 1)
    for one in fabric.traffic:
        assert (one.bytes_sent, one.steps) == (4 * steps * math.ceil(size / world_size), steps)


@few
@given(world_sizes, st.integers(0, 6), seeds)
def test_broadcast_gives_everybody_what_the_source_has(world_size, source, seed):
    source %= world_size
    inputs = drawn(seed, world_size, 3)
    results, fabric = on_ranks(world_size, lambda comm: broadcast(inputs[comm.rank], comm, source))
    assert all(torch.equal(got, inputs[source]) for got in results)
    assert sum(one.messages for one in fabric.traffic) == world_size - 1
    assert max(one.steps for one in fabric.traffic) <= (world_size - 1).bit_length()


@few
@given(st.sampled_from(["ring", "tree", "doubling"]), st.integers(1, 9), st.integers(1, 5))
def test_the_model_of_cost_agrees_with_the_simulated_network(algorithm, world_size, parts):
    functions = {"ring": ring_all_reduce, "tree": tree_all_reduce, "doubling": doubling_all_reduce}
    x = torch.zeros(world_size * parts)
    _, fabric = on_ranks(world_size, lambda comm: functions[algorithm](x, comm), fabric=Fabric(world_size, 0.5, 16.0))
    cost = communication_cost(algorithm, world_size, 4 * len(x), 0.5, 16.0)
    assert cost["steps"] == max(one.steps for one in fabric.traffic)
    assert cost["bytes"] == max(one.bytes_sent for one in fabric.traffic)
    assert cost["seconds"] == pytest.approx(fabric.seconds)


@pytest.mark.parametrize("world_size", [3, 4, 8, 100])
def test_at_the_crossover_both_take_equally_long(world_size):
    size = crossover(world_size, 5e-6, 50e9)
    for factor, faster in ((0.9, "doubling"), (1.1, "ring")):
        seconds = {
            name: communication_cost(name, world_size, factor * size, 5e-6, 50e9)["seconds"]
            for name in ("ring", "doubling")
        }
        assert min(seconds, key=lambda name: seconds[name]) == faster
    assert crossover(2, 5e-6, 50e9) == math.inf


# --- data parallelism


@few
@given(st.integers(1, 40), world_sizes, st.integers(0, 5), seeds)
def test_the_shards_of_an_epoch_are_equal_in_size_and_hold_everything_evenly(samples, world_size, epoch, seed):
    shards = [shard_indices(samples, world_size, rank, epoch, seed) for rank in range(world_size)]
    assert {len(shard) for shard in shards} == {-(-samples // world_size)}
    read = torch.tensor([i for shard in shards for i in shard]).bincount(minlength=samples)
    assert len(read) == samples and read.max() - read.min() <= 1 and read.min() >= 1


@few
@given(st.lists(st.integers(1, 20), min_size=1, max_size=12), st.integers(1, 60))
def test_buckets_hold_everything_from_the_last_to_the_first(sizes, most):
    tensors = [torch.full((size,), float(number)) for number, size in enumerate(sizes)]
    found = buckets(iter(tensors), 4 * most)
    assert [int(t[0]) for bucket in found for t in bucket] == list(range(len(sizes)))[::-1]
    filled = [sum(len(t) for t in bucket) for bucket in found]
    assert all(total <= most or len(bucket) == 1 for total, bucket in zip(filled, found, strict=True))
    assert all(total + len(after[0]) > most for total, after in zip(filled, found[1:], strict=False))


# --- processes


def test_processes_give_what_simulated_ranks_give_and_torchs_own_collectives_and_gloo_lets_nobody_send_first():
    simulated, _ = on_ranks(2, three_collectives, 8)
    for mine, (there, torchs, told) in zip(simulated, on_processes(2, ours_and_torchs, 8, 2.0), strict=True):
        assert all(torch.equal(mine[name], there[name]) for name in mine)
        assert all(torch.allclose(mine[name], torchs[name]) for name in mine)
        assert "Timed out" in told or "closed by peer" in told  # by whom the time is up first is chance


def test_our_gradient_on_processes_is_that_of_one_process_and_of_torch_with_the_right_loss():
    [alone], _ = on_ranks(1, lambda comm: learn(comm, {0: small_gpt(0)}, steps=1))
    for found in on_processes(2, beside_torch):
        for name in ("ours", "sum · N / all tokens"):
            assert torch.allclose(found[name], alone.gradient, atol=1e-5)
        assert (found["mean loss"] - alone.gradient).norm() > 0.1 * alone.gradient.norm()


# --- memory and pictures


def test_live_memory_counts_what_is_held_and_its_peak():
    with LiveMemory() as memory:
        kept = torch.zeros(100)
        assert memory.now == 400
        kept = kept + 1  # both are there for a moment
        gc.collect()
        assert (memory.now, memory.peak) == (400, 800)
        view = kept[:10]
        assert memory.now == 400
        del kept, view
        gc.collect()
        assert memory.now == 0


def test_live_memory_sees_what_waits_for_the_backward_pass():
    weights = torch.ones(50, 50, requires_grad=True)
    with LiveMemory() as memory:
        y = (torch.ones(50, 50) @ weights).exp().exp()
        before = memory.now
        y.sum().backward()
        del y
        gc.collect()
    assert before >= 3 * 10_000 and memory.now == 10_000  # of all that, the gradient is left


def test_live_memory_counts_what_was_there_only_if_it_is_seen():
    old = torch.zeros(100)
    view = old[:5]
    with LiveMemory() as blind, LiveMemory(seen=[old, view]) as seeing:
        pass
    assert (blind.now, seeing.now) == (0, 400)


def test_live_memory_counts_what_is_made_of_numbers_and_what_is_resized():
    with LiveMemory() as memory:
        made = torch.tensor([0.0] * 100)
        assert memory.now == 400
        grown = torch.add(made, 1, out=torch.empty(0))
        assert memory.now == 800
        made.untyped_storage().resize_(0)
        assert made.detach().shape == grown.shape  # an operation sees what became of its storage
        assert memory.now == 400


def test_live_memory_does_not_count_what_was_there_when_it_is_written_or_viewed():
    old, array = torch.zeros(100), np.zeros(100, np.float32)
    with LiveMemory() as memory:
        shared = torch.from_numpy(array)
        kept = old.add_(1), old[:5], old.set_(shared), shared.view(10, 10)
        assert memory.now == 0
        assert (kept[0] + 1).numel() == 100 and memory.peak == 400


def test_each_thread_has_a_memory_of_its_own():
    meet = threading.Barrier(3, timeout=60)

    def program(comm: Endpoint) -> int:
        with LiveMemory() as memory:
            kept = torch.zeros(100 * (comm.rank + 1))
            meet.wait()
            return memory.peak if len(kept) else 0

    results, _ = on_ranks(3, program)
    assert results == [400, 800, 1200]


def test_a_timeline_has_a_block_for_each_event_in_the_lane_of_its_rank():
    def program(comm: Endpoint) -> None:
        comm.compute(1e-3, "forward")
        ring_all_reduce(torch.zeros(10), comm)

    _, fabric = on_ranks(3, program)
    ax = timeline(fabric)
    blocks = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert len(blocks) == len(fabric.events) == 3 * (1 + 2 * 4)
    assert ax.get_xlabel() == "time, ms"
    for event in fabric.events:
        start, rank = 1e3 * event.start, event.rank
        assert any(block.get_x() == pytest.approx(start) and round(block.get_y() + 0.2) == rank for block in blocks)
