"""Keys in the outer loop, tiles merged with logaddexp."""
import numpy as np


def flash_attention_forward(q, k, v, block_size=64, causal=False):
    n, m = len(q), len(k)
    if causal and n != m:
        raise ValueError("with causal=True there must be one key per query")
    output = np.zeros((n, v.shape[1]))
    logsumexp = np.full(n, -np.inf)
    for first in range(0, m, block_size):
        keys = slice(first, min(first + block_size, m))
        for start in range(first if causal else 0, n, block_size):
            rows = slice(start, min(start + block_size, n))
            scores = np.matmul(q[rows], k[keys].T, dtype=np.float64)
            if causal:
                hidden = np.arange(keys.start, keys.stop) > np.arange(rows.start, rows.stop)[:, None]
                scores[hidden] = -np.inf
            merged = np.logaddexp(logsumexp[rows], np.logaddexp.reduce(scores, axis=1))
            output[rows] *= np.exp(logsumexp[rows] - merged)[:, None]
            output[rows] += np.exp(scores - merged[:, None]) @ v[keys]
            logsumexp[rows] = merged
    return output.astype(q.dtype), logsumexp.astype(q.dtype)
