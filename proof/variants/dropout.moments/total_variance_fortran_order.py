"""Law of total variance given the mask; results written into Fortran-ordered float64 arrays."""
import numpy as np


def dropout_moments(mean, variance, dropout_rate, scale):
    m, v, p, s = np.broadcast_arrays(mean, variance, dropout_rate, scale)
    mean_y = np.empty(m.shape, dtype=np.float64, order="F")
    variance_y = np.empty(m.shape, dtype=np.float64, order="F")
    keep = 1.0 - p.astype(np.float64)
    kept_mean = s.astype(np.float64) * m
    mean_y[...] = keep * kept_mean
    within = keep * v * s.astype(np.float64) ** 2
    between = keep * p * kept_mean**2
    variance_y[...] = within + between
    if any(isinstance(a, np.ndarray) for a in (mean, variance, dropout_rate, scale)):
        return mean_y, variance_y
    return float(mean_y), float(variance_y)
