"""subtract the batch mean, zero where equal"""
import numpy as np


def normalize_returns(returns):
    centred = returns - np.mean(returns, axis=0, keepdims=True)
    equal = np.all(returns == returns[0], axis=0, keepdims=True)
    return np.where(equal, np.zeros_like(centred), centred)
