"""Mutants of parallel_cross_entropy that cannot differ from it."""

import numpy as np
import torch

from curriculum.fabric import on_ranks

TAKEN = "own = torch.where(mine, shifted.gather(-1, place[..., None])[..., 0], 0.0)"
ARGUMENTS = {
    f"{TAKEN} → {TAKEN.replace('[..., 0]', '[..., -1]')}": (
        "One place is looked up for each target, so the last axis has length 1: its first element is its last."
    ),
}


def outcome(names, rng):
    lead = tuple(int(n) for n in rng.integers(1, 4, size=int(rng.integers(0, 3))))
    cuts = np.cumsum([0, *rng.integers(1, 5, size=2)]).tolist()
    logits = torch.from_numpy(10 * rng.standard_normal((*lead, cuts[-1])))
    targets = torch.from_numpy(rng.integers(0, cuts[-1], size=lead).astype(np.int64).reshape(lead))

    def program(comm):
        own = logits[..., cuts[comm.rank] : cuts[comm.rank + 1]].clone().requires_grad_()
        losses = names["parallel_cross_entropy"](own, targets, cuts[comm.rank], comm)
        losses.sum().backward()
        return losses.detach().numpy(), own.grad.numpy()

    return on_ranks(2, program)[0]
