"""stacked values, triangular matrix of weights"""
import numpy as np


def decay_matrix(n, decay):
    row, col = np.indices((n, n))
    return np.where(col >= row, float(decay) ** np.maximum(col - row, 0), 0.0)


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    # T + 1 rows of values, the last is the bootstrap
    v = np.vstack([values, next_values[-1:]])
    errors = rewards + gamma * v[1:] - v[:-1]
    weights = decay_matrix(rewards.shape[0], gamma * lam)
    return (weights @ errors).astype(rewards.dtype)
