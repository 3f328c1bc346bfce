"""Mutants of apply_rope that cannot differ from it."""

CHECK = 'raise ValueError(f"head_dim = {head_dim} is odd; a rotation takes pairs of columns")'
WHY = "Without the sentence of its own, a column without a partner raises ValueError as soon as they are combined."
ARGUMENTS = {
    f"if head_dim % 2: {CHECK} → pass": WHY,
    "if head_dim % 2: → if head_dim % 1:": WHY,
}


def outcome(names, rng):
    time, head_dim = rng.integers(1, 10, size=2)
    x = rng.uniform(-1, 1, (*rng.integers(1, 4, size=rng.integers(0, 3)), time, head_dim))
    return names["apply_rope"](x.astype(rng.choice(["f8", "f4"])), rng.uniform(-50, 50, time), rng.uniform(2, 1e5))
