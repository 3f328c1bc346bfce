"""numpy.ma does the masking; the row maximum and the sum skip hidden keys; at least float32; results are read-only arrays."""
import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    dtype = np.promote_types(q.dtype, np.float32)
    q, k, v = q.astype(dtype), k.astype(dtype), v.astype(dtype)
    scores = np.matmul(q, np.moveaxis(k, -1, -2)) / dtype.type(np.sqrt(k.shape[-1]))
    hidden = np.zeros(scores.shape, bool) if mask is None else ~np.broadcast_to(mask, scores.shape)
    visible = np.ma.array(scores, mask=hidden)
    exps = np.ma.exp(visible - visible.max(axis=-1, keepdims=True))
    weights = np.ma.filled(exps / exps.sum(axis=-1, keepdims=True), 0).astype(dtype)
    output = weights @ v
    weights.flags.writeable = False
    output.flags.writeable = False
    return output, weights
