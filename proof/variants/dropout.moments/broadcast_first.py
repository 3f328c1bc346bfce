"""Everything broadcast to arrays first, and one stacked Fortran-ordered result."""
import numpy as np


def dropout_moments(mean, variance, dropout_rate, scale):
    mu, var, p, s = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (mean, variance, dropout_rate, scale)))
    both = np.asfortranarray(np.stack([(1 - p) * s * mu, s**2 * (1 - p) * (var + p * mu**2)]))
    return both[0], both[1]
