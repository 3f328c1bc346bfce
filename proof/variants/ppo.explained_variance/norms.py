"""Norms of centred vectors; a NumPy number comes back."""
import numpy as np


def explained_variance(values, returns):
    np.shape(values) == np.shape(returns) or (_ for _ in ()).throw(ValueError("unequal shapes"))
    r = np.asarray(returns, dtype=np.float64).reshape(-1)
    e = r - np.asarray(values, dtype=np.float64).reshape(-1)
    if np.max(r) == np.min(r):
        return np.nan
    return 1 - (np.linalg.norm(e - e.mean()) / np.linalg.norm(r - r.mean())) ** 2
