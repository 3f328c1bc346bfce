"""Mutants of DataParallel that cannot differ from it."""

import contextlib

import numpy as np
import torch
from torch import nn

from autograder.catalog import exercise_named
from autograder.certificate.mutants import mutants

MINE = "mine = torch.tensor([self.loss, self.tokens]{})"
ARGUMENTS = {
    f"{MINE.format(', dtype=torch.float64')} → {MINE.format('')}": (
        "Single precision is all that is asked for. It holds the losses to that, and numbers of tokens up to 2²⁴."
    ),
    "self.loss += loss.item() * tokens → self.loss += loss * tokens": (
        "A tensor holds the same number, which `torch.tensor` reads in the end; `backward` has freed its graph."
    ),
} | {
    mutant.name: "It writes to the loss if that has axes; a loss has the shape ()."
    for mutant in mutants(exercise_named("data_parallel.data_parallel"))
    if "loss_came" in mutant.name
}


class Mirror:
    """One of two ranks, the other of which sends back what it is sent."""

    rank, world_size = 0, 2

    def send(self, tensor, to):
        pass

    def exchange(self, tensor, to, out, source):
        out.copy_(tensor)


def outcome(names, rng):
    model = nn.Linear(2, 1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.tensor(rng.normal(size=tuple(parameter.shape))))
    parallel = names["DataParallel"](model, Mirror(), int(rng.integers(1, 20)))
    batches = int(rng.integers(1, 4))
    for number in range(batches):
        tokens = int(rng.integers(1, 1000))
        with parallel.no_sync() if number < batches - 1 else contextlib.nullcontext():
            told = parallel.backward(parallel(torch.tensor(rng.normal(size=2)).float()).square().mean(), tokens)
    return [np.float32(told), *(parameter.grad.numpy() for parameter in model.parameters())]
