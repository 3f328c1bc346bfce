"""An ordinary softmax over the matrix of all scores."""
import numpy as np


def flash_attention_forward(q, k, v, block_size=64, causal=False):
    query_time, key_time = len(q), len(k)
    if causal and query_time != key_time:
        raise ValueError("causal attention needs as many queries as keys")
    scores = q.astype(np.float64) @ k.astype(np.float64).T / np.sqrt(q.shape[1])
    if causal:
        scores[np.triu_indices(query_time, 1)] = -np.inf
    maximum = scores.max(axis=1, keepdims=True)
    exps = np.exp(scores - maximum)
    total = exps.sum(axis=1, keepdims=True)
    output = exps @ v / total
    logsumexp = (maximum + np.log(total))[:, 0]
    return output.astype(q.dtype), logsumexp.astype(q.dtype)
