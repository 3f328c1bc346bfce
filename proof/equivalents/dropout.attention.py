"""Mutants of attention_dropout and row_sum_std that cannot differ from them."""

DRAW = "mask = np.random.random(weights.shape) < keep"
ARGUMENTS = {
    f"{DRAW} → {DRAW.replace('<', '<=')}": "A draw equals the threshold with a probability of 2⁻⁵³ at most.",
}


def outcome(names, rng):
    weights = rng.dirichlet([1.0] * int(rng.integers(1, 7)), size=(int(rng.integers(1, 5)), int(rng.integers(1, 5))))
    rate = float(rng.choice([0.0, 0.25, 0.5, rng.uniform(0, 1)]))
    return names["attention_dropout"](weights, rate), names["row_sum_std"](weights, rate)
