"""Past and new scored as two blocks with one shared maximum; the new cache is in Fortran order."""
import numpy as np


def join(old, new):
    batch, n_head, past, width = old.shape
    joined = np.empty((batch, n_head, past + new.shape[2], width), dtype=new.dtype, order="F")
    joined[:, :, :past] = old
    joined[:, :, past:] = new
    return joined


def attend_with_kv_cache(q, k, v, cache=None):
    old_k = k[:, :, :0] if cache is None else cache["k"]
    old_v = v[:, :, :0] if cache is None else cache["v"]
    wide = np.result_type(q.dtype, np.float32)
    query = q.astype(wide) / wide.type(np.sqrt(q.shape[-1]))
    old_scores = query @ old_k.astype(wide).swapaxes(2, 3)
    new_scores = query @ k.astype(wide).swapaxes(2, 3)
    later = np.triu(np.ones((q.shape[2], q.shape[2]), dtype=bool), 1)
    new_scores = np.where(later, -np.inf, new_scores).astype(wide)
    largest = np.max(old_scores, axis=3, keepdims=True, initial=-np.inf)
    largest = np.maximum(largest, new_scores.max(axis=3, keepdims=True))
    old_w = np.exp(old_scores - largest)
    new_w = np.exp(new_scores - largest)
    total = old_w.sum(axis=3, keepdims=True) + new_w.sum(axis=3, keepdims=True)
    output = (old_w @ old_v.astype(wide) + new_w @ v.astype(wide)) / total
    return output, {"k": join(old_k, k), "v": join(old_v, v)}
