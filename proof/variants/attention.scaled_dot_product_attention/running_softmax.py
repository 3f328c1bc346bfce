"""Goes over the keys once with a running maximum and a running sum (as flash attention does); long double throughout."""
import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    q, k, v = (np.asarray(a, dtype=np.longdouble) for a in (q, k, v))
    n_keys = k.shape[-2]
    shape = q.shape[:-1] + (n_keys,)
    allowed = np.broadcast_to(np.array(True) if mask is None else mask, shape)
    top = np.full(q.shape[:-1], -np.inf, dtype=np.longdouble)
    total = np.zeros(q.shape[:-1], dtype=np.longdouble)
    output = np.zeros(q.shape[:-1] + v.shape[-1:], dtype=np.longdouble)
    weights = np.zeros(shape, dtype=np.longdouble)
    for j in range(n_keys):
        visible = allowed[..., j]
        score = (q * k[..., j : j + 1, :]).sum(axis=-1) / np.sqrt(np.longdouble(q.shape[-1]))
        new_top = np.where(visible, np.maximum(top, score), top)
        safe_top = np.where(np.isneginf(new_top), 0, new_top)
        shrink = np.exp(top - safe_top)
        gain = np.where(visible, np.exp(np.minimum(score - safe_top, 0)), 0)
        total = total * shrink + gain
        weights *= shrink[..., None]
        weights[..., j] = gain
        output = output * shrink[..., None] + gain[..., None] * v[..., j : j + 1, :]
        top = new_top
    total = np.where(total == 0, 1, total)[..., None]
    return output / total, weights / total
