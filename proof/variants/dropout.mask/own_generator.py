"""A generator of its own, made once when the file is imported, with a fixed seed; binomial draws."""
import numpy as np

GENERATOR = np.random.default_rng(2024)


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError(f"no dropout rate: {dropout_rate}")
    return np.asarray(GENERATOR.binomial(1, 1 - dropout_rate, size=tuple(shape)), dtype=bool)
