"""Loop over the matrices and their columns."""
import random

import numpy as np


def attention_dropout(weights, dropout_rate):
    result = weights / (1 - dropout_rate)
    for lead in np.ndindex(*weights.shape[:-2]):
        for key in range(weights.shape[-1]):
            if random.random() < dropout_rate:
                result[lead][:, key] = 0
    return result.astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    return np.sqrt(dropout_rate / (1 - dropout_rate)) * np.linalg.norm(weights, axis=-1)
