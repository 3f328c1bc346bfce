"""Mutants of the Gaussian policy that cannot differ from it."""

import torch

LINE = "return (mean + log_std.exp() * noise).detach()"
ARGUMENTS = {
    f"{LINE} → {LINE.replace('+', '-')}": "The noise has a symmetric law: to subtract it is to draw its mirror image.",
}


def outcome(names, rng):
    """How far draws lie from the mean, which a mirror does not change; the same seed draws the same noise."""
    shape = tuple(int(n) for n in rng.integers(1, 5, size=rng.integers(1, 4)))
    log_std = torch.from_numpy(rng.uniform(-3.0, 3.0, shape[-1:]))
    generator = torch.Generator().manual_seed(int(rng.integers(1 << 40)))
    return names["gaussian_sample"](torch.zeros(shape, dtype=torch.float64), log_std, generator).abs().numpy()
