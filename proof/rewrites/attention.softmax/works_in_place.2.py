"""Loop over rows of a moveaxis view, einsum for the sums."""
import numpy as np


def softmax(x, axis=-1):
    rows = np.moveaxis(x, axis, -1)
    for index in np.ndindex(rows.shape[:-1]):
        largest = max(rows[index])
        for j in range(rows.shape[-1]):
            rows[index + (j,)] = rows[index + (j,)] - largest
    powers = np.exp(rows.astype(np.float64))
    totals = np.einsum("...j->...", powers)
    weights = powers / totals[..., None]
    return np.moveaxis(weights, -1, axis).astype(x.dtype)
