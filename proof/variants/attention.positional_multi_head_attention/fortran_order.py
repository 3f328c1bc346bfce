"""Works on transposed (key, query) scores; weights are transposed views, head outputs are views into a Fortran-ordered output."""
import numpy as np


def positional_multi_head_attention(q, k, v, positions, head_dims):
    time, d_model = q.shape
    if [sum(widths) for widths in zip(*head_dims)] != [d_model, d_model]:
        raise ValueError("the head widths must sum to d_model")
    p = positions.T.astype(np.float64)
    queries, keys, values = q.T + p, k.T + p, v.T + p
    visible = np.triu(np.ones((time, time), dtype=bool))  # [key, query]
    output = np.empty((d_model, time))
    weights, heads = [], []
    a = c = 0
    for key_dim, value_dim in head_dims:
        b, d = a + key_dim, c + value_dim
        scores = keys[a:b].T @ queries[a:b] * key_dim**-0.5
        top = np.max(scores, axis=0, where=visible, initial=-np.inf)
        exps = np.exp(np.where(visible, scores - top, -np.inf))
        w = exps / exps.sum(axis=0)
        output[c:d] = values[c:d] @ w
        weights.append(w.T)
        heads.append(output[c:d].T)
        a, c = b, d
    return {"output": output.T, "head_outputs": heads, "attention_weights": weights, "position_encoded_queries": queries.T}
