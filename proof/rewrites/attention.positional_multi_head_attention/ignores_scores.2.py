"""Loops; running means of the values."""
import numpy as np


def positional_multi_head_attention(q, k, v, positions, head_dims):
    time, d_model = q.shape
    if sum(a for a, _ in head_dims) != d_model or sum(b for _, b in head_dims) != d_model:
        raise ValueError("widths do not fit")
    x, z = (np.array(a, dtype=float) + np.array(positions, dtype=float) for a in (q, v))
    all_weights, all_heads = [], []
    value_start = 0
    for key_dim, value_dim in head_dims:
        weights = np.zeros((time, time))
        head = np.zeros((time, value_dim))
        for i in range(time):
            weights[i, : i + 1] = 1 / (i + 1)
            head[i] = z[: i + 1, value_start : value_start + value_dim].mean(axis=0)
        all_weights.append(weights)
        all_heads.append(head)
        value_start += value_dim
    output = np.hstack(all_heads)
    return {"position_encoded_queries": x, "attention_weights": all_weights, "head_outputs": all_heads, "output": output}
