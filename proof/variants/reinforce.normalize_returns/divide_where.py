"""np.divide with a mask: what is not divided stays 0."""
import numpy as np


def normalize_returns(returns):
    varies = np.broadcast_to((returns != returns[0]).any(axis=0), returns.shape)
    out = np.zeros(returns.shape, dtype=returns.dtype)
    deviation = np.broadcast_to(np.std(returns, axis=0), returns.shape)
    return np.divide(returns - np.mean(returns, axis=0), deviation, out=out, where=varies)
