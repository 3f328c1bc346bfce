"""Works in long double, draws by rng.choice, returns a non-contiguous view of a wider array."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    keep = np.longdouble(1) - np.longdouble(dropout_rate)
    factors = np.array([0, 1 / keep])
    drawn = np.random.default_rng().choice(2, size=weights.shape, p=[dropout_rate, 1 - dropout_rate])
    wide = np.zeros(weights.shape[:-1] + (2 * weights.shape[-1],), dtype=weights.dtype)
    wide[..., ::2] = weights * factors[drawn]
    return wide[..., ::2]


def row_sum_std(weights, dropout_rate):
    column = weights[..., :, None].astype(np.longdouble)
    squares = np.squeeze(np.swapaxes(column, -1, -2) @ column, axis=(-1, -2))
    return np.sqrt(squares * dropout_rate / (1 - dropout_rate)).astype(float)
