"""One loop over tiles of keys, with an online softmax for all queries together."""
import numpy as np


def flash_attention_forward(q, k, v, block_size=64, causal=False):
    query_time, key_time = len(q), len(k)
    if causal and query_time != key_time:
        raise ValueError("causal attention needs as many queries as keys")
    queries = q.astype(np.float64) / np.sqrt(q.shape[1])
    maximum = np.full(query_time, -np.inf)
    total = np.zeros(query_time)
    weighted = np.zeros((query_time, v.shape[1]))
    for first in range(0, key_time, block_size):
        last = min(first + block_size, key_time)
        scores = queries @ k[first:last].astype(np.float64).T
        if causal:
            visible = np.arange(first, last) <= np.arange(query_time)[:, None]
            scores = np.where(visible, scores, -np.inf)
        new_maximum = np.maximum(maximum, scores.max(axis=1))
        shrink = np.exp(maximum - new_maximum)
        exps = np.exp(scores - new_maximum[:, None])
        total = total * shrink + exps.sum(axis=1)
        weighted = weighted * shrink[:, None] + exps @ v[first:last]
        maximum = new_maximum
    output = weighted / total[:, None]
    return output.astype(q.dtype), (maximum + np.log(total)).astype(q.dtype)
