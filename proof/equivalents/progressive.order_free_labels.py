"""Mutants of the questions about what the steps hold that cannot differ from them."""

AXIS = "In an array of two axes, axis 1 and axis -1 are one."
ANY = "return np.any(step_sums(x) > 0, axis=1)"
WINNER = "winner = np.abs(s).argmax(axis=1) # argmax returns the first"
MAJORITY = "return 2 * positive.sum(axis=1) > positive.shape[1]"
BOTH = "return (s.max(axis=1) > 0) & (s.min(axis=1) < 0)"
ARGUMENTS = {
    **{f"{line} → {line.replace('axis=1', 'axis=-1')}": AXIS for line in (ANY, WINNER, MAJORITY)},
    f"{BOTH} → {BOTH.replace('max(axis=1', 'max(axis=-1')}": AXIS,
    f"{BOTH} → {BOTH.replace('min(axis=1', 'min(axis=-1')}": AXIS,
}


def outcome(names, rng):
    x = rng.integers(-3, 4, size=rng.integers(1, 7, size=3)).astype(rng.choice(["float32", "float64"]))
    return [names[name](x) for name in ("any_positive", "sign_of_winner", "majority_positive", "has_pos_and_neg")]
