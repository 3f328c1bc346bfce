"""Plain loops that never look at the mask."""
import math

import numpy as np


def one_query(query, keys, values):
    scale = math.sqrt(len(query))
    scores = [sum(float(a) * float(b) for a, b in zip(query, key)) / scale for key in keys]
    visible = range(len(scores))
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
    output = np.zeros(q.shape[:-1] + (v.shape[-1],))
    weights = np.zeros(shape)
    for index in np.ndindex(q.shape[:-1]):
        batch = index[:-1]
        output[index], weights[index] = one_query(q[index], k[batch], v[batch])
    return output, weights
