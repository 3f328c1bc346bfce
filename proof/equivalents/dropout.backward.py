"""Mutants of dropout_backward that cannot differ from it."""

RETURN = "return (grad_output * mask * scale).astype(grad_output.dtype)"
ARGUMENTS = {
    f"{RETURN} → return grad_output * mask * scale": (
        "A boolean mask and a Python float leave every float dtype as it is (NEP 50)."
    ),
}


def outcome(names, rng):
    shape = tuple(int(n) for n in rng.integers(0, 7, size=rng.integers(1, 4)))
    grad_output = rng.uniform(-3, 3, shape).astype(rng.choice(["float16", "float32", "float64"]))
    return names["dropout_backward"](grad_output, rng.random(shape) < rng.random(), float(rng.uniform(0.1, 4)))
