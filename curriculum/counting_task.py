"""A training run that is small enough for simulated ranks: a GPT learns to continue texts that count upwards.

The texts have different lengths and are sorted by them, so that some ranks have many more tokens than others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel

from curriculum.communicator import Communicator
from curriculum.data_parallel_step import DataParallel
from curriculum.gpt import GPT, GPTConfig

VOCAB, CONTEXT, TEXTS = 20, 24, 16
BUCKET_BYTES = 4096  # so small that the small model needs several


def small_gpt(seed: int) -> GPT:
    """A model with its own weights. It draws them from torch's generator, so simulated ranks do not make it at once."""
    torch.manual_seed(seed)
    return GPT(GPTConfig(VOCAB, CONTEXT, 1, 2, 16))


def texts(step: int) -> list[Tensor]:
    """The texts of a step, from short to long: int64 (time,), with time from 3 to CONTEXT."""
    generator = torch.Generator().manual_seed(step)
    lengths = torch.randint(3, CONTEXT + 1, (TEXTS,), generator=generator).sort().values
    starts = torch.randint(VOCAB, (TEXTS,), generator=generator)
    return [torch.arange(start, start + length) % VOCAB for start, length in zip(starts, lengths, strict=True)]


def share(rank: int, world_size: int) -> slice:
    """Which texts a rank reads: as many as the others, if their number is a multiple of the ranks'."""
    return slice(rank * TEXTS // world_size, (rank + 1) * TEXTS // world_size)


def summed_loss(model: Callable[[Tensor], Tensor], group: Sequence[Tensor]) -> tuple[Tensor, int]:
    """The sum of the losses of all tokens that have one before them, in nats, and their number."""
    losses = [F.cross_entropy(model(text[None, :-1])[0], text[1:], reduction="sum") for text in group]
    return torch.stack(losses).sum(), sum(len(text) - 1 for text in group)


@dataclass
class Learned:
    """What came of a run on one rank."""

    losses: list[float | None]
    """As `backward` told them at the end of each step."""
    gradient: Tensor
    """Of the first step, all parameters in a row."""
    weights: Tensor
    """At the end."""


def learn(
    comm: Communicator,
    models: Mapping[int, nn.Module],
    parallel: type[Any] = DataParallel,
    steps: int = 25,
    micro_batches: int = 1,
    shared: Callable[[int, int], slice] = share,
    accumulate: bool = True,
) -> Learned:
    """Train `models[rank]` on this rank's share. Without `accumulate` every micro-batch is communicated."""
    model = models[comm.rank]
    wrapped = parallel(model, comm, BUCKET_BYTES)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
    losses: list[float | None] = []
    gradient = torch.empty(0)
    for step in range(steps):
        optimizer.zero_grad()
        mine = texts(step)[shared(comm.rank, comm.world_size)]
        for number in range(micro_batches):
            total, tokens = summed_loss(wrapped, mine[number::micro_batches])
            if number < micro_batches - 1 and accumulate:
                with wrapped.no_sync():
                    wrapped.backward(total / tokens, tokens)
            else:
                told = wrapped.backward(total / tokens, tokens)
        losses.append(told)
        if step == 0:
            gradient = in_a_row(p.grad for p in model.parameters())
        optimizer.step()
    return Learned(losses, gradient, in_a_row(model.parameters()))


def in_a_row(tensors: Iterable[Tensor | None]) -> Tensor:
    """All numbers of some tensors in one, detached; a missing one is left out."""
    return torch.cat([tensor.detach().flatten() for tensor in tensors if tensor is not None])


def learn_on_processes(comm: Communicator, steps: int) -> Learned:
    """`learn`, where every rank is a process, starts from weights of its own, and has a generator of its own."""
    return learn(comm, {comm.rank: small_gpt(comm.rank)}, steps=steps)


def beside_torch(comm: Communicator) -> dict[str, Tensor]:
    """The gradient of a first step by our DataParallel, and by torch's own with two losses. For processes only.

    torch's takes the mean over ranks. With each rank's mean loss that is a mean of means; with sum · N / (tokens of all
    ranks) it is the mean over all tokens.
    """
    mine = texts(0)[share(comm.rank, comm.world_size)]
    found = {"ours": learn(comm, {comm.rank: small_gpt(comm.rank)}, steps=1).gradient}
    for name in ("mean loss", "sum · N / all tokens"):
        model = DistributedDataParallel(small_gpt(comm.rank))
        total, tokens = summed_loss(model, mine)
        if name == "mean loss":
            loss = total / tokens
        else:
            counted = torch.tensor(float(tokens))
            torch.distributed.all_reduce(counted)
            loss = total * comm.world_size / counted
        loss.backward()
        found[name] = in_a_row(p.grad for p in model.parameters())
    return found
