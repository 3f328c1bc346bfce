"""Mutants of buckets and average_gradients that cannot differ from them."""

import torch
from torch import nn

UNREAD = "What is in `room` before the first bucket is never compared: there is no bucket, and `or` stops at that."
SHARES = (
    "shares = [torch.zeros_like(p) if p.grad is None or tokens {} 0 else p.grad * (tokens / total) for p in bucket]"
)
PIECES = "for p, gradient in zip(bucket, summed.split([p.numel() for p in bucket]), strict={}):"
ARGUMENTS = {
    "room = 0 → room = 1": UNREAD,
    "room = 0 → room = -1": UNREAD,
    f"{SHARES.format('==')} → {SHARES.format('<=')}": "The number of tokens is never negative.",
    f"{PIECES.format('True')} → {PIECES.format('False')}": "`split` gives a piece for each size, so the lengths agree.",
}


class Mirror:
    """One of two ranks, the other of which sends back what it is sent."""

    rank, world_size = 0, 2

    def exchange(self, tensor, to, out, source):
        out.copy_(tensor)


def outcome(names, rng):
    shapes = [rng.integers(1, 4, size=rng.integers(0, 3)).tolist() for _ in range(rng.integers(1, 6))]
    parameters = [nn.Parameter(torch.tensor(rng.normal(size=shape))) for shape in shapes]
    for parameter in parameters:
        if rng.random() < 0.8:
            parameter.grad = torch.tensor(rng.normal(size=tuple(parameter.shape)))
    names["average_gradients"](parameters, int(rng.integers(0, 3)), Mirror(), int(rng.integers(1, 100)))
    return [parameter.grad.numpy() for parameter in parameters]
