"""Suffixes in the place of prefixes."""
import numpy as np


def attend(query, keys, values):
    scores = keys @ query / np.sqrt(len(query))
    weights = np.exp(scores - np.logaddexp.reduce(scores))
    return weights, weights @ values


def one_head(queries, keys, values):
    time = len(queries)
    weights = np.zeros((time, time))
    outputs = np.zeros((time, values.shape[1]))
    for i in range(time):
        seen = slice(i, time)
        weights[i, seen], outputs[i] = attend(queries[i], keys[seen], values[seen])
    return weights, outputs


def positional_multi_head_attention(q, k, v, positions, head_dims):
    d_model = q.shape[-1]
    for which in (0, 1):
        if sum(pair[which] for pair in head_dims) != d_model:
            raise ValueError("bad head_dims")
    queries, keys, values = [np.asarray(a, dtype=np.float64) + positions for a in (q, k, v)]
    key_edges = np.cumsum([0] + [pair[0] for pair in head_dims])
    value_edges = np.cumsum([0] + [pair[1] for pair in head_dims])
    parts = []
    for h in range(len(head_dims)):
        key_columns = slice(key_edges[h], key_edges[h + 1])
        value_columns = slice(value_edges[h], value_edges[h + 1])
        parts.append(one_head(queries[:, key_columns], keys[:, key_columns], values[:, value_columns]))
    return dict(
        position_encoded_queries=queries,
        attention_weights=[w for w, _ in parts],
        head_outputs=[o for _, o in parts],
        output=np.hstack([o for _, o in parts]),
    )
