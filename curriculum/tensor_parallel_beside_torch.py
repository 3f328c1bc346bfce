"""The same layers cut by ours and by torch's DTensor, to see what each computes and how often it communicates.

Symbols: `d` is the width, `hidden` = 4 d that inside the MLP, `vocabulary` the number of tokens.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Shard
from torch.distributed.tensor.debug import CommDebugMode
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, loss_parallel, parallelize_module
from torch.nn import functional as F

from curriculum.communicator import Communicator
from curriculum.tensor_parallel_layers import ParallelMLP, parallel_cross_entropy


class MLP(nn.Module):
    """Two layers with a GELU between, in one piece."""

    def __init__(self, d: int) -> None:
        super().__init__()
        self.up, self.down = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def forward(self, x: Tensor) -> Tensor:
        output: Tensor = self.down(F.gelu(self.up(x)))
        return output


def seeded_mlp(d: int) -> MLP:
    """The same weights on every rank."""
    mlp = MLP(d)
    generator = torch.Generator().manual_seed(0)
    for parameter in mlp.parameters():
        nn.init.normal_(parameter, std=d**-0.5, generator=generator)
    return mlp


def cut_by_torch(mlp: MLP, ranks: int) -> MLP:
    """The MLP in parts of DTensor, over the ranks of the process group that is open."""
    plan = {"up": ColwiseParallel(), "down": RowwiseParallel()}
    cut = parallelize_module(mlp, init_device_mesh("cpu", (ranks,)), plan)
    assert isinstance(cut, MLP)
    return cut


def torchs_collectives(ranks: int, d: int) -> tuple[dict[str, int], dict[str, int], dict[str, tuple[int, ...]]]:
    """What DTensor's MLP calls in forward and in both directions, by name, and the shapes of its parts.

    The process group has to be open; torch's `fake` backend does.
    """
    mlp = cut_by_torch(seeded_mlp(d), ranks)
    x = torch.ones(3, d, requires_grad=True)
    counts = []
    with CommDebugMode() as mode:
        output = mlp(x)
        counts.append(_named(mode))
        output.sum().backward()
        counts.append(_named(mode))
    parts = {}
    for name, parameter in mlp.named_parameters():
        assert isinstance(parameter, DTensor)
        parts[name] = tuple(parameter.to_local().shape)
    return counts[0], counts[1], parts


def _named(mode: CommDebugMode) -> dict[str, int]:
    return {str(name).split(".")[-1]: count for name, count in mode.get_comm_counts().items() if count}


def apart(comm: Communicator, d: int, vocabulary: int) -> dict[str, float]:
    """By how much ours and torch's differ, on processes: outputs, gradients and losses, the largest difference."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(5, d, generator=generator)
    dense = seeded_mlp(d)
    ours = ParallelMLP(dense.up.weight, dense.up.bias, dense.down.weight, dense.down.bias, comm)
    theirs = cut_by_torch(seeded_mlp(d), comm.world_size)
    found = {}
    for name, mlp in (("ours", ours), ("torch", theirs)):
        one = x.clone().requires_grad_()
        output = mlp(one)
        output.square().sum().backward()
        gradients = [p.grad.to_local() if isinstance(p.grad, DTensor) else p.grad for p in mlp.parameters()]
        found[name] = [output.detach(), one.grad, *gradients]

    logits = torch.randn(7, vocabulary, generator=generator) * 10
    targets = torch.randint(vocabulary, (7,), generator=generator)
    own = logits.chunk(comm.world_size, dim=1)[comm.rank].clone().requires_grad_()
    loss = parallel_cross_entropy(own, targets, comm.rank * own.shape[1], comm).mean()
    loss.backward()
    mesh = init_device_mesh("cpu", (comm.world_size,))
    parts = DTensor.from_local(own.detach().clone(), mesh, [Shard(1)]).requires_grad_()
    with loss_parallel():
        theirs_loss = F.cross_entropy(parts, targets)
        theirs_loss.backward()
    assert isinstance(theirs_loss, DTensor) and isinstance(parts.grad, DTensor)
    found["ours"] += [loss.detach(), own.grad]
    found["torch"] += [theirs_loss.full_tensor().detach(), parts.grad.to_local()]
    names = ("output", "gradient of x", *(name for name, _ in dense.named_parameters()), "loss", "gradient of logits")
    return {
        name: (one - other).abs().max().item()
        for name, one, other in zip(names, found["ours"], found["torch"], strict=True)
    }
