"""np.where over a binomial draw of a generator of its own, in float64 throughout."""
import numpy as np

GENERATOR = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    second = keep * (variance + mean**2) - (keep * mean) ** 2  # Var(m·x)
    a = (variance / second) ** 0.5
    b = mean * (1.0 - a * keep)
    kept = GENERATOR.binomial(1, keep, size=x.shape).astype(bool)
    return np.where(kept, a * x.astype(np.float64) + b, b).astype(x.dtype)
