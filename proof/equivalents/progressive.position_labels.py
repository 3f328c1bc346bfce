"""Mutants of the questions about where the steps stand that cannot differ from them."""

AXIS = "In an array of two axes, axis 1 and axis -1 are one."
BOTH_SIDES = "With both sides of an XOR negated it stays the same."
ODD = "return changes.sum(axis=1) % 2 == 1"
PLACES = "return s.argmax(axis=1) < s.argmin(axis=1)"
ARGUMENTS = {
    "positive = step_sums(x) > 0 → positive = step_sums(x) <= 0": BOTH_SIDES,
    "positive = step_sums(x) > 0 → positive = step_sums(x) <= 0 #2": BOTH_SIDES,
    f"{ODD} → {ODD.replace('==', '>=')}": "A remainder of division by 2 is 0 or 1.",
    f"{ODD} → {ODD.replace('axis=1', 'axis=-1')}": AXIS,
    f"{PLACES} → {PLACES.replace('argmax(axis=1', 'argmax(axis=-1')}": AXIS,
    f"{PLACES} → {PLACES.replace('argmin(axis=1', 'argmin(axis=-1')}": AXIS,
}
NAMES = ("trend_sign", "last_above_first", "xor_of_endpoints", "parity_of_sign_changes", "max_before_min")


def outcome(names, rng):
    x = rng.integers(-3, 4, size=rng.integers(1, 7, size=3)).astype(rng.choice(["float32", "float64"]))
    return [names[name](x) for name in NAMES]
