"""A mutant of explained_variance that cannot differ from it."""

ARGUMENTS = {
    'return float("nan") → return -(float("nan"))': "NaN has no sign that arithmetic or a comparison could see.",
}


def outcome(names, rng):
    values, returns = rng.normal(size=(2, *rng.integers(1, 5, size=2)))
    if rng.random() < 0.3:
        returns[:] = returns.flat[0]
    return names["explained_variance"](values, returns)
