"""A loop over tiles of queries, each with an ordinary softmax."""
import numpy as np


def flash_attention_forward(q, k, v, block_size=64, causal=False):
    query_time, key_time = len(q), len(k)
    if causal and query_time != key_time:
        raise ValueError("causal attention needs as many queries as keys")
    output = np.zeros((query_time, v.shape[1]), dtype=q.dtype)
    logsumexp = np.zeros(query_time, dtype=q.dtype)
    for start in range(0, query_time, block_size):
        stop = min(start + block_size, query_time)
        scores = q[start:stop].astype(np.float64) @ k.astype(np.float64).T / np.sqrt(q.shape[1])
        if causal:
            visible = np.arange(key_time) <= np.arange(start, stop)[:, None]
            scores = np.where(visible, scores, -np.inf)
        maximum = scores.max(axis=1)
        exps = np.exp(scores - maximum[:, None])
        total = exps.sum(axis=1)
        output[start:stop] = exps @ v / total[:, None]
        logsumexp[start:stop] = maximum + np.log(total)
    return output, logsumexp
