"""The model of memory beside bytes that were counted: real tensors on simulated ranks, and torch's own FSDP2.

`states_on_ranks` trains a small GPT in bfloat16 by each strategy on the fabric's ranks and counts what each rank holds.
`activations_of_a_layer` counts what one more layer of the course's GPT keeps for the backward pass. `sharded_by_torch`
lets FSDP2 cut a model of any size on torch's fake backend, with meta tensors: nothing is computed, and each local shape
is what a real run would have.

Symbols: `whole` is all weights in one vector, padded to a multiple of the ranks; `mine` is a rank's part.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.utils.checkpoint import checkpoint

from curriculum.collectives import all_gather, reduce_scatter, ring_all_reduce
from curriculum.communicator import Communicator
from curriculum.fabric import on_ranks
from curriculum.gpt import GPT, GPTConfig, next_token_loss
from curriculum.live_memory import LiveMemory

HALF = torch.bfloat16


def states_on_ranks(
    config: GPTConfig, strategy: str, ranks: int, texts: Tensor, steps: int = 2
) -> list[tuple[int, float]]:
    """For each rank: the bytes that it holds between the backward pass and the optimizer, and its last loss.

    texts: int64 (ranks · batch, time); each rank learns from its own.
    """
    torch.manual_seed(0)
    start = torch.cat([parameter.detach().flatten() for parameter in GPT(config).parameters()])
    results, _ = on_ranks(ranks, _train, strategy, config, start, texts.chunk(ranks), steps)
    return list(results)


def _train(
    comm: Communicator, strategy: str, config: GPTConfig, start: Tensor, texts: tuple[Tensor, ...], steps: int
) -> tuple[int, float]:
    """Mixed precision with Adam (β 0.9 and 0.95) on one rank."""
    rank, world = comm.rank, comm.world_size
    with torch.device("meta"):
        model = GPT(config)  # shapes without bytes
    with LiveMemory(seen=texts) as memory:
        given = memory.now
        padded = torch.cat([start, start.new_zeros(-len(start) % world)])
        master = padded.clone() if strategy == "DDP" else padded.chunk(world)[rank].clone()
        held = padded.chunk(world)[rank].to(HALF) if strategy == "ZeRO-3" else padded.to(HALF)
        del padded
        mean, square = torch.zeros_like(master), torch.zeros_like(master)
        for step in range(1, steps + 1):
            gradient, loss = _gradient(model, all_gather(held, comm) if strategy == "ZeRO-3" else held, texts[rank])
            if strategy == "DDP":
                gradient = ring_all_reduce(gradient, comm)
            elif strategy != "ZeRO-1":
                gradient = reduce_scatter(gradient, comm)
            all_gather(torch.zeros(1), comm)  # the others have let go of what this rank sent
            bytes_held = memory.now - given
            mine = (reduce_scatter(gradient, comm) if strategy == "ZeRO-1" else gradient).float() / world
            del gradient
            mean.lerp_(mine, 0.1)
            square.lerp_(mine.square(), 0.05)
            corrected = (mean / (1 - 0.9**step), square / (1 - 0.95**step))
            master -= 1e-3 * corrected[0] / (corrected[1].sqrt() + 1e-8)
            held = master.to(HALF) if strategy in ("DDP", "ZeRO-3") else all_gather(master.to(HALF), comm)
            del mine, corrected
    return bytes_held, loss


def _gradient(model: nn.Module, whole: Tensor, tokens: Tensor) -> tuple[Tensor, float]:
    """The gradient in one vector, as long as `whole`, and the loss."""
    leaf = whole.detach().requires_grad_()
    named, begin = {}, 0
    for name, parameter in model.named_parameters():
        named[name] = leaf[begin : begin + parameter.numel()].view(parameter.shape)
        begin += parameter.numel()
    loss = next_token_loss(functional_call(model, named, (tokens,)), tokens)
    (gradient,) = torch.autograd.grad(loss, leaf)
    return gradient, loss.item()


def activations_of_a_layer(config: GPTConfig, tokens: Tensor, recompute: bool = False) -> int:
    """Bytes that one layer more keeps after the forward pass, in bfloat16."""
    found = []
    for layers in (1, 2):
        model = GPT(GPTConfig(**{**vars(config), "n_layer": layers})).to(HALF)
        with LiveMemory(seen=model.parameters()) as memory:
            x = model.tokens(tokens) + model.positions.weight[: tokens.shape[1]]
            before = memory.now
            for block in model.blocks:
                x = checkpoint(block, x, use_reentrant=False) if recompute else block(x)
            found.append(memory.now - before)
            del x
    return found[1] - found[0]


def sharded_by_torch(config: GPTConfig, ranks: int) -> tuple[int, int]:
    """How many parameters a GPT has, and how many of them FSDP2 leaves on rank 0 of `ranks`."""
    import torch.distributed as dist
    from torch.distributed.fsdp import fully_shard
    from torch.testing._internal.distributed.fake_pg import FakeStore

    dist.init_process_group("fake", rank=0, world_size=ranks, store=FakeStore())
    try:
        with torch.device("meta"):
            model = GPT(config)
        total = sum(parameter.numel() for parameter in model.parameters())
        mesh = dist.device_mesh.init_device_mesh("cpu", (ranks,))
        for block in model.blocks:
            fully_shard(block, mesh=mesh)
        fully_shard(model, mesh=mesh)
        local: list[Any] = list(model.parameters())
        return total, sum(parameter.to_local().numel() for parameter in local)
    finally:
        dist.destroy_process_group()
