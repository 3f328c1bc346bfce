"""whole-array mean and std"""
import numpy as np


def normalize_returns(returns):
    if returns.max() == returns.min():
        return np.zeros_like(returns)
    return (returns - returns.mean()) / returns.std()
