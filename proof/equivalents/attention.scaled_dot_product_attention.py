"""Mutants of scaled_dot_product_attention that cannot differ from it."""


LINE = "weights = softmax(np.where(sees_any, scores, 0.0)) * sees_any"
WHY = "The rows that are filled in see nothing, and their weights are multiplied by 0 right after."
ARGUMENTS = {f"{LINE} → {LINE.replace('0.0', number)}": WHY for number in ("1.0", "-1.0")}


def outcome(names, rng):
    batch, time, keys, width = rng.integers(1, 6, size=4)
    q, k, v = (rng.uniform(-3, 3, (batch, n, width)) for n in (time, keys, keys))
    return names["scaled_dot_product_attention"](q, k, v, rng.random((time, keys)) < rng.uniform(0, 1))
