"""The stages of ZeRO side by side (Rajbhandari et al. 2020, sections 5 and 7), measured on simulated ranks.

    held, fabric = on_ranks(4, train, 3, Network())

Every stage trains the same network on the same rows and ends with the same parameters, but for rounding. Symbols: N
ranks, n parameters in float32. Between backward and the optimizer's step a rank holds

    stage 0   4n + 4n + 8n          parameters, gradients, moments: plain data parallelism
    stage 1   4n + 4n + 8n/N        moments in parts
    stage 2   4n + 4n/N + 8n/N      and gradients, each as soon as it is there
    stage 3   16n/N                 and parameters

bytes, and padding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from curriculum.collectives import all_gather, reduce_scatter, ring_all_reduce
from curriculum.communicator import Communicator
from curriculum.live_memory import LiveMemory
from curriculum.sharding import FullyShardedLinear, ZeroOptimizer

STAGES = (0, 1, 2, 3)


@dataclass(frozen=True)
class Network:
    """`layers` linear layers of one width, with tanh between them, and the rows of a batch for every rank."""

    layers: int = 8
    width: int = 64
    rows: int = 4
    lr: float = 0.01
    seed: int = 0

    def dense(self) -> list[nn.Linear]:
        """The whole layers, the same on every rank: simulated ranks would draw from one global generator by turns."""
        layers = [nn.Linear(self.width, self.width) for _ in range(self.layers)]
        generator, bound = torch.Generator().manual_seed(self.seed), self.width**-0.5
        for layer in layers:
            for parameter in layer.parameters():
                nn.init.uniform_(parameter, -bound, bound, generator=generator)
        return layers

    def batch(self, rank: int) -> Tensor:
        return torch.randn(self.rows, self.width, generator=torch.Generator().manual_seed(self.seed + 1 + rank))

    def loss(self, layers: list[nn.Module], x: Tensor) -> Tensor:
        """A mean over the rank's own rows."""
        for layer in layers:
            x = torch.tanh(layer(x))
        return x.square().mean()

    @property
    def parameters(self) -> int:
        return self.layers * self.width * (self.width + 1)


@dataclass(frozen=True)
class Held:
    """The bytes that a rank held, as counted by `LiveMemory`, and what it had learned."""

    parameters: int
    gradients: int
    """After backward, before the step."""
    moments: int
    """With the few numbers that an optimizer keeps beside them."""
    peak: int
    """In the last step, whatever it was needed for."""
    losses: list[float]


class ShardedGradients:
    """Stage 2: a gradient is reduced to this rank's part as soon as backward has made it, and then let go.

    Adam steps on parts of the parameters, which exist only while it does; the whole ones are gathered after it.
    """

    def __init__(self, parameters: list[nn.Parameter], comm: Communicator, lr: float) -> None:
        self.parameters, self.comm = parameters, comm
        self.gradients: dict[int, Tensor] = {}
        self.parts = [nn.Parameter(parameter.new_empty(0)) for parameter in parameters]
        self.adam = torch.optim.Adam(self.parts, lr=lr)
        for index, parameter in enumerate(parameters):
            parameter.register_post_accumulate_grad_hook(self.reduced_into(index))

    def padded(self, tensor: Tensor) -> Tensor:
        return F.pad(tensor.detach().flatten(), (0, -tensor.numel() % self.comm.world_size))

    def reduced_into(self, index: int) -> Callable[[Tensor], None]:
        def hook(parameter: Tensor) -> None:
            assert parameter.grad is not None
            self.gradients[index] = reduce_scatter(self.padded(parameter.grad), self.comm) / self.comm.world_size
            parameter.grad = None

        return hook

    @torch.no_grad()
    def step(self) -> None:
        for index, (parameter, part) in enumerate(zip(self.parameters, self.parts, strict=True)):
            part.data = self.padded(parameter).chunk(self.comm.world_size)[self.comm.rank].clone()
            part.grad = self.gradients.pop(index)
        self.adam.step()
        for parameter, part in zip(self.parameters, self.parts, strict=True):
            parameter.copy_(all_gather(part.data, self.comm)[: parameter.numel()].view_as(parameter))
            part.data, part.grad = part.new_empty(0), None


def train(comm: Communicator, stage: int, network: Network, steps: int = 2) -> Held:
    """Train for at least two steps; what this rank held in the last one."""
    with LiveMemory() as memory:
        dense = network.dense()
        layers: list[nn.Module] = [*dense]
        if stage == 3:
            layers = [FullyShardedLinear(layer.weight, layer.bias, comm) for layer in dense]
        del dense
        parameters = [parameter for layer in layers for parameter in layer.parameters()]
        of_parameters = memory.now
        optimizer = _optimizer(comm, stage, parameters, network.lr)
        x, losses = network.batch(comm.rank), []
        for _ in range(steps):
            before = memory.peak = memory.now
            loss = network.loss(layers, x)
            loss.backward()
            losses.append(loss.item())
            del loss
            if stage == 0:
                _average_gradients(parameters, comm)
            gradients = memory.now - before
            optimizer.step()
            for parameter in parameters:
                parameter.grad = None
        return Held(of_parameters, gradients, before - of_parameters - x.nbytes, memory.peak, losses)


def _optimizer(
    comm: Communicator, stage: int, parameters: list[nn.Parameter], lr: float
) -> torch.optim.Adam | ZeroOptimizer | ShardedGradients:
    if stage == 1:
        return ZeroOptimizer(parameters, comm, lr=lr)
    if stage == 2:
        return ShardedGradients(parameters, comm, lr)
    return torch.optim.Adam(parameters, lr=lr)  # of whole parameters, or of shards


def _average_gradients(parameters: list[nn.Parameter], comm: Communicator) -> None:
    """One all-reduce for each parameter, as its gradient is."""
    for parameter in parameters:
        assert parameter.grad is not None
        parameter.grad = ring_all_reduce(parameter.grad, comm) / comm.world_size
