"""Stays in the dtype of the inputs throughout, with nested functions and an additive causal mask."""
import math

import numpy as np


def positional_multi_head_attention(q, k, v, positions, head_dims):
    time, d_model = q.shape

    def check(total):
        if total != d_model:
            raise ValueError(f"widths sum to {total}, not to {d_model}")

    check(sum(key_dim for key_dim, _ in head_dims))
    check(sum(value_dim for _, value_dim in head_dims))
    queries, keys, values = q + positions, k + positions, v + positions
    hidden = ~np.tri(time, dtype=bool)

    def head(h):
        a = sum(key_dim for key_dim, _ in head_dims[:h])
        c = sum(value_dim for _, value_dim in head_dims[:h])
        key_dim, value_dim = head_dims[h]
        scores = (queries[:, a : a + key_dim] / math.sqrt(key_dim)) @ keys[:, a : a + key_dim].T
        scores[hidden] = -math.inf
        weights = np.exp(scores - np.amax(scores, axis=-1, keepdims=True))
        weights = weights / np.sum(weights, axis=-1, keepdims=True)
        return weights, weights @ values[:, c : c + value_dim]

    heads = [head(h) for h in range(len(head_dims))]
    result = {"position_encoded_queries": queries}
    result["attention_weights"] = [weights for weights, _ in heads]
    result["head_outputs"] = [output for _, output in heads]
    result["output"] = np.column_stack(result["head_outputs"])
    return result
