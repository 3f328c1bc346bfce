"""last axis with keepdims"""
import numpy as np


def normalize_returns(returns):
    mean = returns.mean(axis=-1, keepdims=True)
    std = returns.std(axis=-1, keepdims=True)
    same = returns.max(axis=-1, keepdims=True) == returns.min(axis=-1, keepdims=True)
    std = np.where(same, 1, std)
    return np.where(same, 0, (returns - mean) / std).astype(returns.dtype)
