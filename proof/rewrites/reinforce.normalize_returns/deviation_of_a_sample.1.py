"""np.std with ddof, equal returns detected by range"""
import numpy as np


def normalize_returns(returns):
    if returns.shape[0] == 1:
        return np.zeros_like(returns)
    centre = returns.mean(axis=0)
    spread = returns.std(axis=0, ddof=1)
    flat = np.ptp(returns, axis=0) == 0
    spread = np.where(flat, 1, spread)
    return np.where(flat, 0, (returns - centre) / spread).astype(returns.dtype)
