"""A mutant of confusion_matrix that cannot differ from it."""

LINE = "return np.bincount(2 * labels + predictions, minlength=4).reshape(2, 2)"
ARGUMENTS = {
    f"{LINE} → {LINE.replace('2 * labels', '2 // labels')}": "In NumPy's integers 2 // 1 is 2, and 2 // 0 is 0."
}


def outcome(names, rng):
    labels, predictions = rng.random((2, int(rng.integers(1, 9)))) < rng.random()
    return names["confusion_matrix"](labels, predictions)
