"""Layers that are cut across ranks: as in one piece, and as torch's DTensor makes them."""

from __future__ import annotations

import pytest
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.testing._internal.distributed.fake_pg import FakeStore

from curriculum.communicator import Communicator
from curriculum.fabric import on_ranks
from curriculum.gpt import CausalSelfAttention
from curriculum.process_group import on_processes
from curriculum.tensor_parallel_beside_torch import apart, seeded_mlp, torchs_collectives
from curriculum.tensor_parallel_layers import ParallelAttention, ParallelMLP

D, HEADS, STEPS = 8, 4, 3


def attention() -> CausalSelfAttention:
    layer = CausalSelfAttention(D, HEADS)
    generator = torch.Generator().manual_seed(2)
    for parameter in layer.parameters():
        nn.init.normal_(parameter, std=0.5, generator=generator)
    return layer


def learned(layers: list[nn.Module]) -> list[Tensor]:
    """Outputs before each of a few steps of gradient descent on a residual stream through these layers."""
    parameters = [parameter for layer in layers for parameter in layer.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.05)
    x = torch.randn(2, 6, D, generator=torch.Generator().manual_seed(5)).requires_grad_()
    outputs = []
    for _ in range(STEPS):
        stream = x
        for layer in layers:
            stream = stream + layer(stream)
        outputs.append(stream.detach())
        optimizer.zero_grad()
        stream.square().mean().backward()
        optimizer.step()
    return outputs


@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_a_block_in_parts_learns_as_in_one_piece_and_stays_the_same_on_all_ranks(ranks: int) -> None:
    dense, mlp = attention(), seeded_mlp(D)

    def program(comm: Communicator) -> list[Tensor]:
        whole = (dense.qkv.weight, dense.qkv.bias, dense.out.weight, dense.out.bias)
        parts = ParallelAttention(*(p.detach() for p in whole), HEADS, comm)
        return learned([parts, ParallelMLP(mlp.up.weight, mlp.up.bias, mlp.down.weight, mlp.down.bias, comm)])

    found, fabric = on_ranks(ranks, program)
    for outputs in found:
        assert all(torch.equal(one, other) for one, other in zip(outputs, found[0], strict=True))
    for one, other in zip(found[0], learned([attention(), seeded_mlp(D)]), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
    # Two all-reduces in forward and two in backward, of the stream and nothing else.
    stream = 4 * 2 * 6 * D
    assert fabric.traffic[0].bytes_sent == STEPS * 4 * 2 * (ranks - 1) * stream // ranks


def test_values_gradients_and_losses_are_those_of_dtensor() -> None:
    for differences in on_processes(2, apart, D, 12):
        assert len(differences) == 8 and max(differences.values()) < 1e-4, differences


def test_dtensor_sends_one_all_reduce_in_each_direction_too() -> None:
    dist.init_process_group("fake", rank=0, world_size=4, store=FakeStore())
    try:
        forward, both, parts = torchs_collectives(4, D)
    finally:
        dist.destroy_process_group()
    assert forward == {"all_reduce": 1} and both == {"all_reduce": 2}
    assert parts == {"up.weight": (D, D), "up.bias": (D,), "down.weight": (D, D), "down.bias": (D,)}
