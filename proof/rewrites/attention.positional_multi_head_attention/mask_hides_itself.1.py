"""Loops; position 0 sees nothing and gets zeros."""
import math

import numpy as np


def positional_multi_head_attention(q, k, v, positions, head_dims):
    time, d_model = q.shape
    if sum(a for a, _ in head_dims) != d_model or sum(b for _, b in head_dims) != d_model:
        raise ValueError("widths do not fit")
    x, y, z = (np.array(a, dtype=float) + np.array(positions, dtype=float) for a in (q, k, v))
    all_weights, all_heads = [], []
    key_start = value_start = 0
    for key_dim, value_dim in head_dims:
        weights = np.zeros((time, time))
        head = np.zeros((time, value_dim))
        for i in range(1, time):
            visible = range(i)
            scores = {}
            for j in visible:
                dot = sum(x[i, c] * y[j, c] for c in range(key_start, key_start + key_dim))
                scores[j] = dot / math.sqrt(key_dim)
            top = max(scores.values())
            exps = {j: math.exp(s - top) for j, s in scores.items()}
            total = sum(exps.values())
            for j in visible:
                weights[i, j] = exps[j] / total
                head[i] += weights[i, j] * z[j, value_start : value_start + value_dim]
        all_weights.append(weights)
        all_heads.append(head)
        key_start += key_dim
        value_start += value_dim
    output = np.hstack(all_heads)
    return {"position_encoded_queries": x, "attention_weights": all_weights, "head_outputs": all_heads, "output": output}
