"""per-column loop over a dictionary of scales"""
import numpy as np


def normalize_returns(returns):
    x = returns[:, None] if returns.ndim == 1 else returns
    scales = {}
    for t in range(x.shape[1]):
        col = x[:, t].astype(np.float64)
        if len(np.unique(col)) > 1:
            scales[t] = np.sqrt(np.mean((col - col.mean()) ** 2))
    out = np.zeros(x.shape, dtype=returns.dtype)
    for t, scale in scales.items():
        out[:, t] = x[:, t] / scale
    return out.reshape(returns.shape)
