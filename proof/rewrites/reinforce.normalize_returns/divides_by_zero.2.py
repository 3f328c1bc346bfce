"""column loop with np.linalg.norm"""
import numpy as np


def _standardise(column):
    shifted = column - np.mean(column)
    spread = np.linalg.norm(shifted) / np.sqrt(column.size)
    return shifted / spread


def normalize_returns(returns):
    result = np.empty(returns.shape, dtype=returns.dtype)
    if returns.ndim == 1:
        result[:] = _standardise(returns)
    else:
        for t in range(returns.shape[1]):
            result[:, t] = _standardise(returns[:, t])
    return result
