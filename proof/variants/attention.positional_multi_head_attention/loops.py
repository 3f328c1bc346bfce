"""Plain Python loops over heads, positions and columns; only the visible keys are ever looked at."""
import math

import numpy as np


def positional_multi_head_attention(q, k, v, positions, head_dims):
    time, d_model = q.shape
    if sum(a for a, _ in head_dims) != d_model or sum(b for _, b in head_dims) != d_model:
        raise ValueError("widths do not fit")
    x, y, z = (np.array(a, dtype=float) + np.array(positions, dtype=float) for a in (q, k, v))
    output = np.zeros((time, d_model))
    all_weights, all_heads = [], []
    key_start = value_start = 0
    for key_dim, value_dim in head_dims:
        weights = np.zeros((time, time))
        head = np.zeros((time, value_dim))
        for i in range(time):
            scores = []
            for j in range(i + 1):
                dot = sum(x[i, c] * y[j, c] for c in range(key_start, key_start + key_dim))
                scores.append(dot / math.sqrt(key_dim))
            top = max(scores)
            exps = [math.exp(s - top) for s in scores]
            for j, e in enumerate(exps):
                weights[i, j] = e / sum(exps)
                for c in range(value_dim):
                    head[i, c] += weights[i, j] * z[j, value_start + c]
        output[:, value_start : value_start + value_dim] = head
        all_weights.append(weights)
        all_heads.append(head)
        key_start += key_dim
        value_start += value_dim
    return {"position_encoded_queries": x, "attention_weights": all_weights, "head_outputs": all_heads, "output": output}
