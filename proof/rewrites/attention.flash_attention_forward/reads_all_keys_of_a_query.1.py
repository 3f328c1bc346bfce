"""A plain loop over single queries, each with an ordinary softmax over its keys."""
import numpy as np


def flash_attention_forward(q, k, v, block_size=64, causal=False):
    query_time, head_dim = q.shape
    key_time, value_dim = v.shape
    if causal and query_time != key_time:
        raise ValueError("causal attention needs as many queries as keys")
    keys = k.astype(np.float64)
    values = v.astype(np.float64)
    output = np.zeros((query_time, value_dim), dtype=q.dtype)
    logsumexp = np.zeros(query_time, dtype=q.dtype)
    for i in range(query_time):
        seen = i + 1 if causal else key_time
        scores = keys[:seen] @ q[i].astype(np.float64) / np.sqrt(head_dim)
        maximum = scores.max()
        exps = np.exp(scores - maximum)
        total = exps.sum()
        output[i] = exps @ values[:seen] / total
        logsumexp[i] = maximum + np.log(total)
    return output, logsumexp
