"""Mutants of positional_multi_head_attention that cannot differ from it."""

AXES = "In an array of two axes, axis 1 and axis -1 are one."
MAXIMUM = "weights = np.exp(scores - scores.max(axis=1, keepdims=True))"
TOTAL = "weights = weights / weights.sum(axis=1, keepdims=True)"
OUTPUT = '"output": np.concatenate(head_outputs, axis=1),'
ARGUMENTS = {
    **{f"{line} → {line.replace('axis=1', 'axis=-1')}": AXES for line in (MAXIMUM, TOTAL, OUTPUT)},
    "causal = np.tril(np.ones((time, time), dtype=bool)) → causal = np.tril(np.ones((time, time)))": (
        "np.where takes 1.0 and 0.0 for True and False."
    ),
}


def outcome(names, rng):
    time, heads = rng.integers(1, 7), rng.integers(1, 4)
    head_dims = [(int(key), int(value)) for key, value in rng.integers(1, 5, size=(heads, 2))]
    d_model = sum(key for key, _ in head_dims)  # the values fit now and then only, so errors are compared too
    arrays = [rng.uniform(-3, 3, (time, d_model)) for _ in range(4)]
    return names["positional_multi_head_attention"](*arrays, head_dims)
