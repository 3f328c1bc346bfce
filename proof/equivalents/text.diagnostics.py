"""Mutants of the debugging checklist that cannot differ from it."""

import torch

from autograder.catalog import exercise_named
from autograder.certificate.mutants import mutants

ARGUMENTS = {
    mutant.name: "It writes to the loss if that has axes; a loss has the shape ()."
    for mutant in mutants(exercise_named("text.diagnostics"))
    if "loss_came" in mutant.name
}


def outcome(names, rng):
    batch, time = (int(n) for n in rng.integers(1, 5, size=2))
    shapes = [(batch, time), (batch, time), (batch, time) if rng.random() < 0.5 else (batch,)]
    log_probs, old, weights = (torch.from_numpy(rng.normal(size=shape)) for shape in shapes)
    for value in (log_probs, old, weights):
        value.requires_grad_(rng.random() < 0.7)
    mask = torch.from_numpy(rng.random((batch, time)) < 0.6)
    loss = (weights.reshape(batch, -1) * (log_probs - old).exp() * mask).sum()
    numbers = names["gradient_numbers"](loss, log_probs, old, weights, mask)
    return numbers, loss.item()
