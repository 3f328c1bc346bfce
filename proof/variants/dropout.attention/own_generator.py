"""A module-wide default_rng; copies, zeroes and divides in place; norm of each row."""
import numpy as np


GENERATOR = np.random.default_rng()


def attention_dropout(weights, dropout_rate):
    result = weights.copy()
    result[GENERATOR.random(result.shape) < dropout_rate] = 0
    result /= 1 - dropout_rate
    return result


def row_sum_std(weights, dropout_rate):
    return np.sqrt(dropout_rate / (1 - dropout_rate)) * np.linalg.norm(weights, axis=-1)
