"""Mutants of attend_with_kv_cache that cannot differ from it."""

LINE = 'k, v = (np.concatenate([cache[name], new], axis=2) for name, new in (("k", k), ("v", v)))'
ARGUMENTS = {f"{LINE} → {LINE.replace('axis=2', 'axis=-2')}": "Of four axes, axis 2 is the last but one."}


def outcome(names, rng):
    batch, n_head, time, key_dim, value_dim = (int(n) for n in rng.integers(1, 5, size=5))
    cache, outputs = None, []
    for _ in range(int(rng.integers(1, 5))):
        q, k, v = (rng.uniform(-3, 3, (batch, n_head, time, width)) for width in (key_dim, key_dim, value_dim))
        output, cache = names["attend_with_kv_cache"](q, k, v, cache)
        outputs.append(output)
        time = int(rng.integers(1, 4))
    return outputs, cache
