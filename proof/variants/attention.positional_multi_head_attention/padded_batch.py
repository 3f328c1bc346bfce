"""All heads at once: columns are padded with zeros to the widest head and one batched softmax is taken."""
import numpy as np


def pad(columns, dims):
    padded = np.zeros((len(dims), len(columns), max(dims)))
    start = 0
    for h, width in enumerate(dims):
        padded[h, :, :width] = columns[:, start : start + width]
        start += width
    return padded


def positional_multi_head_attention(q, k, v, positions, head_dims):
    time, d_model = q.shape
    key_dims, value_dims = [list(dims) for dims in zip(*head_dims)] if head_dims else ([], [])
    if sum(key_dims) != d_model or sum(value_dims) != d_model:
        raise ValueError("key and value widths must both sum to d_model")
    encoded = np.stack([q, k, v]).astype(np.float64) + positions
    queries, keys, values = pad(encoded[0], key_dims), pad(encoded[1], key_dims), pad(encoded[2], value_dims)
    scores = queries @ keys.transpose(0, 2, 1) / np.sqrt(key_dims)[:, None, None]
    scores += np.triu(np.full((time, time), -np.inf), 1)
    scores -= scores.max(axis=2, keepdims=True)
    weights = np.exp(scores)
    weights /= weights.sum(axis=2, keepdims=True)
    mixed = weights @ values
    heads = [mixed[h, :, :width] for h, width in enumerate(value_dims)]
    return {
        "position_encoded_queries": encoded[0],
        "attention_weights": list(weights),
        "head_outputs": heads,
        "output": np.concatenate(heads, axis=-1),
    }
