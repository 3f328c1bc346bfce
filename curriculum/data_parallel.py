"""Data parallelism: every rank has the whole model and a part of the data, and all take the same step.

Li et al. (2020), "PyTorch Distributed: Experiences on Accelerating Data Parallel Training", section 3, without the
overlap of communication and backward pass. Unlike torch's DistributedDataParallel, which averages over ranks, gradients
are weighted by tokens, so that the result is that of one process whatever the ranks' shares.

Symbols: N ranks; a rank's loss is a mean over its own tokens.
"""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor, nn

import curriculum.collectives as collectives
from curriculum.communicator import Communicator


def shard_indices(samples: int, world_size: int, rank: int, epoch: int, seed: int = 0) -> list[int]:
    """The samples that a rank reads in an epoch: ⌈samples / N⌉ of them, in an order drawn from seed and epoch.

    Every rank draws the same order and takes every N-th place of it. Where N does not divide the number of samples, the
    order begins again from its start until it does.
    """
    order = np.random.default_rng([seed, epoch]).permutation(samples).tolist()
    each = -(-samples // world_size)
    return [order[place % samples] for place in range(rank, each * world_size, world_size)]


def buckets(parameters: Iterable[Tensor], bucket_bytes: int) -> list[list[Tensor]]:
    """The parameters from the last to the first, in buckets of at most `bucket_bytes` bytes.

    A parameter that is larger has a bucket of its own. The last parameters come first because their gradients are the
    first that the backward pass finishes.
    """
    found: list[list[Tensor]] = []
    room = 0
    for parameter in reversed(list(parameters)):
        size = parameter.numel() * parameter.element_size()
        if not found or size > room:
            found.append([])
            room = bucket_bytes
        found[-1].append(parameter)
        room -= size
    return found


def average_gradients(parameters: Iterable[nn.Parameter], tokens: int, comm: "Communicator", bucket_bytes: int) -> None:
    """Make every `grad`, of the mean loss over this rank's tokens, that of the mean loss over all ranks' tokens.

    One all-reduce for each bucket, and one for the number of tokens. A missing gradient counts as zeros, and those of a
    rank without tokens for nothing, whatever they hold.
    """
    total = collectives.ring_all_reduce(torch.tensor([tokens]), comm).item()
    for bucket in buckets(parameters, bucket_bytes):
        shares = [torch.zeros_like(p) if p.grad is None or tokens == 0 else p.grad * (tokens / total) for p in bucket]
        summed = collectives.ring_all_reduce(torch.cat([share.flatten() for share in shares]), comm)
        for p, gradient in zip(bucket, summed.split([p.numel() for p in bucket]), strict=True):
            p.grad = gradient.view_as(p)
