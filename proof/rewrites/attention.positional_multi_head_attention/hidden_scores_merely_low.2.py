"""Plain loops over positions, one helper per head; future scores are filled with NEG_INF = -1e3."""
import math

import numpy as np

NEG_INF = -1e3


def attend(queries, keys, values):
    time, key_dim = queries.shape
    weights = np.zeros((time, time), dtype=queries.dtype)
    head = np.zeros((time, values.shape[1]), dtype=queries.dtype)
    for i in range(time):
        row = np.full(time, NEG_INF, dtype=queries.dtype)
        for j in range(i + 1):
            row[j] = np.dot(queries[i], keys[j]) / math.sqrt(key_dim)
        exps = np.exp(row - row.max())
        weights[i] = exps / exps.sum()
        for j in range(time):
            head[i] += weights[i, j] * values[j]
    return weights, head


def positional_multi_head_attention(q, k, v, positions, head_dims):
    d_model = np.shape(q)[1]
    key_ends = np.cumsum([0] + [pair[0] for pair in head_dims])
    value_ends = np.cumsum([0] + [pair[1] for pair in head_dims])
    if key_ends[-1] != d_model or value_ends[-1] != d_model:
        raise ValueError("head widths do not add up to d_model")

    dtype = np.result_type(q, k, v, positions, np.float64)
    pos = np.asarray(positions).astype(dtype)
    q_pos = np.asarray(q).astype(dtype) + pos
    k_pos = np.asarray(k).astype(dtype) + pos
    v_pos = np.asarray(v).astype(dtype) + pos

    result = {
        "position_encoded_queries": q_pos,
        "attention_weights": [],
        "head_outputs": [],
        "output": np.zeros_like(v_pos),
    }
    for h in range(len(head_dims)):
        a, b = key_ends[h], key_ends[h + 1]
        c, d = value_ends[h], value_ends[h + 1]
        weights, head = attend(q_pos[:, a:b], k_pos[:, a:b], v_pos[:, c:d])
        result["attention_weights"].append(weights)
        result["head_outputs"].append(head)
        result["output"][:, c:d] = head
    return result
