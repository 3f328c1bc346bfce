"""min and max over the batch"""
import numpy as np


def normalize_returns(returns):
    low = returns.min(axis=0)
    span = returns.max(axis=0) - low
    return np.divide(returns - low, span, out=np.zeros_like(returns), where=span > 0)
