"""Loops with an if for each score."""
import math

import numpy as np


def softmax(row):
    top = max(row)
    exps = [math.exp(s - top) for s in row]
    return [e / sum(exps) for e in exps]


def scaled_dot_product_attention(q, k, v, mask=None):
    shape = q.shape[:-1] + (k.shape[-2],)
    allowed = np.ones(shape, bool) if mask is None else np.broadcast_to(mask, shape)
    weights = np.zeros(shape)
    for index in np.ndindex(shape[:-1]):
        if not allowed[index].any():
            continue
        row = []
        for j in range(shape[-1]):
            if allowed[index][j]:
                dot = np.vdot(q[index].astype(float), k[index[:-1]][j].astype(float))
                row.append(float(dot) / math.sqrt(q.shape[-1]))
            else:
                row.append(0.0)
        weights[index] = softmax(row)
    return weights @ v, weights
