"""Mutants of counts_by_threshold and roc_curve that cannot differ from them."""

LAST = "last_of_its_value = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))[: len(ranked)]"
BOTH = "if not 0 < positives < len(labels):"
ARGUMENTS = {
    f"{LAST} → {LAST.replace('!=', '<')}": "The scores are sorted, largest first: the next is smaller, or the same.",
    f"{BOTH} → {BOTH.replace('0 <', '0 !=')}": "A count is not negative.",
    f"{BOTH} → {BOTH.replace('< len', '!= len')}": "Of the examples no more than all are positive.",
}


def outcome(names, rng):
    n = int(rng.integers(1, 12))
    labels, scores = rng.random(n) < rng.random(), rng.integers(-4, 5, size=n) / 4
    counts = names["counts_by_threshold"](labels, scores)
    try:
        return counts, names["roc_curve"](labels, scores)
    except ValueError:
        return counts, "refused"
