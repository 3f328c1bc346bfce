"""Helper functions."""
import numpy as np


def softmax(x):
    e = np.exp(x)
    return e / np.sum(e, axis=-1, keepdims=True)


def attention(q, k, v):
    scores = q @ k.T / np.sqrt(k.shape[-1])
    visible = np.tril(np.ones(scores.shape, dtype=bool))
    weights = softmax(np.where(visible, scores, -np.inf))
    return weights, weights @ v


def positional_multi_head_attention(q, k, v, positions, head_dims):
    d_model = q.shape[1]
    if sum(h[0] for h in head_dims) != d_model or sum(h[1] for h in head_dims) != d_model:
        raise ValueError("head widths must sum to d_model")
    q = q.astype(np.float64) + positions
    k = k.astype(np.float64) + positions
    v = v.astype(np.float64) + positions
    result = {"position_encoded_queries": q, "attention_weights": [], "head_outputs": []}
    a = c = 0
    for key_dim, value_dim in head_dims:
        b, d = a + key_dim, c + value_dim
        weights, head = attention(q[:, a:b], k[:, a:b], v[:, c:d])
        result["attention_weights"].append(weights)
        result["head_outputs"].append(head)
        a, c = b, d
    result["output"] = np.concatenate(result["head_outputs"], axis=-1)
    return result
