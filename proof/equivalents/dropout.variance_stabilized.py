"""Mutants of VarianceStabilizedDropout that cannot differ from it."""

import numpy as np

DRAW = "mask = np.random.random(x.shape) < keep"
ARGUMENTS = {
    f"{DRAW} → {DRAW.replace('<', '<=')}": "A draw equals the threshold with a probability of 2⁻⁵³ at most.",
}


def outcome(names, rng):
    layer = names["VarianceStabilizedDropout"](float(rng.choice([0.0, 0.25, 0.5, rng.uniform(0, 1)])))
    shape = tuple(int(n) for n in rng.integers(0, 7, size=rng.integers(0, 4)))
    x = np.asarray(rng.uniform(-3, 3, shape)).astype(rng.choice(["float16", "float32", "float64"]))
    if rng.random() < 0.2:
        layer.eval()
    return layer(x), layer(x)
