"""Mutants of flash_attention_forward that cannot differ from it."""

SIGNATURE = "q: np.ndarray, k: np.ndarray, v: np.ndarray, block_size: int = 64, causal: bool = False"
TILES = "The result does not depend on the tiles, and tiles of 63 to 65 need much the same memory."
MAXIMUM = "previous, maximum = maximum, np.maximum(maximum, scores.max(axis=1, keepdims=True))"
SUM = "total = rescale * total + exponentials.sum(axis=1, keepdims=True)"
INITIAL = ("total = np.zeros((len(queries), 1))", "weighted = np.zeros((len(queries), value_dim))")
ARGUMENTS = {
    **{f"{SIGNATURE} → {SIGNATURE.replace('64', size)}": TILES for size in ("65", "63")},
    "(nothing) → block_size = 64": TILES,
    **{
        f"{line} → {line.replace('axis=1', 'axis=-1')}": "In an array of two axes, axis 1 and axis -1 are one."
        for line in (MAXIMUM, SUM)
    },
    **{
        f"{line} → {line.replace('zeros', 'ones')}": "In the first tile it is multiplied by exp(-inf), which is 0."
        for line in INITIAL
    },
}


def outcome(names, rng):
    long = rng.random() < 0.2  # with the default size of tiles
    query_time, key_time = rng.integers(60, 140, size=2) if long else rng.integers(1, 9, size=2)
    causal = bool(rng.random() < 0.5)
    if causal and rng.random() < 0.9:
        key_time = query_time
    head_dim, value_dim = rng.integers(1, 9, size=2)
    shapes = ((query_time, head_dim), (key_time, head_dim), (key_time, value_dim))
    arrays = [rng.uniform(-3, 3, shape) for shape in shapes]
    sizes = {} if long else {"block_size": int(rng.integers(1, 10))}
    return names["flash_attention_forward"](*arrays, causal=causal, **sizes)
