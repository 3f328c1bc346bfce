"""Mutants of dropout_mask that cannot differ from it."""

LINE = "return np.asarray(np.random.random(shape) < 1.0 - dropout_rate)"
ARGUMENTS = {
    f"{LINE} → {LINE.replace('<', '<=')}": "A draw equals the threshold with a probability of 2⁻⁵³ at most.",
}


def outcome(names, rng):
    shape = tuple(int(n) for n in rng.integers(0, 7, size=rng.integers(0, 4)))
    return names["dropout_mask"](shape, float(rng.choice([0.0, 0.25, 0.5, rng.uniform(0, 1)])))
