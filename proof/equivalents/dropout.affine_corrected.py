"""Mutants of affine_corrected_dropout that cannot differ from it."""

DRAW = "mask = np.random.random(x.shape) < keep"
ARGUMENTS = {
    f"{DRAW} → {DRAW.replace('<', '<=')}": "A draw equals the threshold with a probability of 2⁻⁵³ at most.",
}


def outcome(names, rng):
    shape = tuple(int(n) for n in rng.integers(0, 7, size=rng.integers(1, 4)))
    mean, rate = float(rng.uniform(-3, 3)), float(rng.choice([0.0, 0.25, 0.5, rng.uniform(0, 1)]))
    return names["affine_corrected_dropout"](rng.uniform(-3, 3, shape), rate, mean, float(rng.uniform(0.1, 4)))
