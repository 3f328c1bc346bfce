"""Mutants of the two gradients that cannot differ from them."""

SPREAD = "spread = chosen.sum(axis=1, keepdims=True) * softmax(logits)"
PRODUCT = "probabilities = softmax(logits)[states, actions].prod(axis=1) # (sequences,)"
ARGUMENTS = {
    f"{SPREAD} → {SPREAD.replace('axis=1', 'axis=-1')}": "A table (states, actions) has two axes, so -1 is 1.",
    f"{PRODUCT} → {PRODUCT.replace('axis=1', 'axis=-1')}": "An array (sequences, time) has two axes, so -1 is 1.",
}


def outcome(names, rng):
    batch, time, states, actions = (int(size) for size in rng.integers(1, 6, size=4))
    logits = rng.normal(0.0, 2.0, (states, actions))
    visits = rng.integers(0, states, (batch, time)), rng.integers(0, actions, (batch, time))
    weights = rng.standard_normal((batch, time))
    return [
        names["score_function_gradient"](logits, *visits, weights),
        names["exact_gradient"](logits, *visits, weights[:, 0]),
    ]
