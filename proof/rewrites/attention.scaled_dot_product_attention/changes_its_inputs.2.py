"""Loops; every query is multiplied in its place."""
import math

import numpy as np


def one_query(query, keys, values, allowed):
    for c in range(len(query)):
        query[c] = query[c] / math.sqrt(len(query))
    scores = [sum(float(a) * float(b) for a, b in zip(query, key)) for key in keys]
    visible = [j for j in range(len(scores)) if allowed[j]]
    weights = [0.0] * len(scores)
    if visible:
        top = max(scores[j] for j in visible)
        exps = {j: np.exp(scores[j] - top) for j in visible}
        total = sum(exps.values())
        for j in visible:
            weights[j] = exps[j] / total
    output = [sum(w * float(value[c]) for w, value in zip(weights, values)) for c in range(values.shape[-1])]
    return output, weights


def scaled_dot_product_attention(q, k, v, mask=None):
    shape = q.shape[:-1] + (k.shape[-2],)
    allowed = np.ones(shape, bool) if mask is None else np.broadcast_to(mask, shape)
    output = np.zeros(q.shape[:-1] + (v.shape[-1],))
    weights = np.zeros(shape)
    for index in np.ndindex(q.shape[:-1]):
        batch = index[:-1]
        output[index], weights[index] = one_query(q[index], k[batch], v[batch], allowed[index])
    return output, weights
