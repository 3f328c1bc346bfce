"""The references of chapter 6's sharding beside torch's own: Adam, FSDP2, and its checkpointing."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from curriculum.communicator import Communicator
from curriculum.fabric import on_ranks
from curriculum.process_group import on_processes
from curriculum.sharding import FullyShardedLinear, ZeroOptimizer, checkpointed, clip_grad_norm
from curriculum.zero_stages import STAGES, Held, Network, train

WIDTH, ROWS, STEPS = 6, 5, 3


def dense() -> nn.Sequential:
    network = nn.Sequential(nn.Linear(WIDTH, WIDTH + 1), nn.Tanh(), nn.Linear(WIDTH + 1, WIDTH))
    generator = torch.Generator().manual_seed(0)
    for parameter in network.parameters():
        nn.init.normal_(parameter, generator=generator)
    return network


def batch(rank: int) -> Tensor:
    return torch.randn(ROWS, WIDTH, generator=torch.Generator().manual_seed(1 + rank))


def by_our_layers(comm: Communicator) -> list[float]:
    """The losses of a few steps of Adam, with gradients clipped."""
    layers = [
        FullyShardedLinear(layer.weight, layer.bias, comm) if isinstance(layer, nn.Linear) else layer
        for layer in dense()
    ]
    parameters = [parameter for layer in layers for parameter in layer.parameters()]
    return _trained(nn.Sequential(*layers), parameters, comm, lambda: clip_grad_norm(parameters, 0.5, comm))


def by_fsdp2(comm: Communicator) -> list[float]:
    """The same by torch."""
    from torch.distributed.fsdp import fully_shard

    network = dense()
    for layer in network:
        if isinstance(layer, nn.Linear):
            fully_shard(layer)
    fully_shard(network)
    parameters = list(network.parameters())
    return _trained(network, parameters, comm, lambda: nn.utils.clip_grad_norm_(parameters, 0.5))


def _trained(network: nn.Module, parameters: list[Any], comm: Communicator, clip: Any) -> list[float]:
    optimizer, losses = torch.optim.Adam(parameters, lr=0.05), []
    for _ in range(STEPS):
        loss = network(batch(comm.rank)).square().mean()
        loss.backward()
        clip()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


def test_layers_in_parts_learn_as_torchs_fsdp2_does() -> None:
    theirs, ours = on_processes(2, by_fsdp2), on_processes(2, by_our_layers)
    assert torch.tensor(ours) == pytest.approx(torch.tensor(theirs), rel=1e-5)
    assert ours[0][-1] < ours[0][0]


def test_an_optimizer_in_parts_is_torchs_adam() -> None:
    def program(comm: Communicator) -> list[Tensor]:
        network = dense()
        optimizer = ZeroOptimizer(list(network.parameters()), comm, lr=0.05)
        for _ in range(STEPS):
            network.zero_grad()
            network(batch(comm.rank)).square().mean().backward()
            optimizer.step()
        return [parameter.detach() for parameter in network.parameters()]

    network = dense()
    adam = torch.optim.Adam(network.parameters(), lr=0.05)
    for _ in range(STEPS):
        adam.zero_grad()
        network(torch.cat([batch(rank) for rank in range(3)])).square().mean().backward()
        adam.step()
    for parameters in on_ranks(3, program)[0]:
        for got, expected in zip(parameters, network.parameters(), strict=True):
            torch.testing.assert_close(got, expected.detach(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_of_zero_holds_what_it_says_and_learns_the_same(stage: int) -> None:
    network, world_size = Network(layers=3, width=16), 4
    n = network.parameters
    whole, part = 4 * n, 4 * n // world_size  # 16 and 16 * 16 are multiples of 4: there is no padding
    held: list[Held] = on_ranks(world_size, train, stage, network, 3)[0]
    expected = {0: (whole, whole), 1: (whole, whole), 2: (whole, part), 3: (part, part)}[stage]
    assert (held[0].parameters, held[0].gradients) == expected
    moments = 2 * (whole if stage == 0 else part)
    assert moments <= held[0].moments <= moments + 4 * 2 * network.layers  # torch's Adam counts steps by parameter
    assert held[0].peak > sum(expected) + moments
    plain: list[Held] = on_ranks(world_size, train, 0, network, 3)[0]
    for got, right in zip(held, plain, strict=True):
        assert got.losses == pytest.approx(right.losses, rel=1e-4)


def test_checkpointing_gives_the_gradients_of_torchs_own() -> None:
    network = nn.Sequential(nn.Linear(4, 9), nn.Dropout(0.4), nn.Tanh(), nn.Linear(9, 3))
    found = []
    for apply in (checkpointed, lambda function, x: checkpoint(function, x, use_reentrant=False)):
        network.zero_grad()
        torch.manual_seed(3)
        x = torch.ones(5, 4, requires_grad=True)
        apply(network, x).square().sum().backward()
        found.append([x.grad, *(parameter.grad.clone() for parameter in network.parameters()), torch.rand(2)])
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs)
