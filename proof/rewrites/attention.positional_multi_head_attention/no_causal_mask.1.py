"""np.split and einsum."""
import numpy as np


def positional_multi_head_attention(q, k, v, positions, head_dims):
    time, d_model = q.shape
    key_dims = [pair[0] for pair in head_dims]
    value_dims = [pair[1] for pair in head_dims]
    if not sum(key_dims) == sum(value_dims) == d_model:
        raise ValueError(f"{head_dims} does not fit {d_model} columns")
    qp, kp, vp = (np.add(a, positions, dtype=np.float64) for a in (q, k, v))
    key_cuts, value_cuts = np.cumsum(key_dims)[:-1], np.cumsum(value_dims)[:-1]
    weights, heads = [], []
    for qh, kh, vh in zip(np.split(qp, key_cuts, axis=1), np.split(kp, key_cuts, axis=1), np.split(vp, value_cuts, axis=1)):
        scores = np.einsum("id,jd->ij", qh, kh) / np.sqrt(qh.shape[1])
        w = np.exp(scores - scores.max(axis=1, keepdims=True))
        w /= w.sum(axis=1, keepdims=True)
        weights.append(w)
        heads.append(np.einsum("ij,jc->ic", w, vh))
    return {
        "position_encoded_queries": qp,
        "attention_weights": weights,
        "head_outputs": heads,
        "output": np.concatenate(heads, axis=1),
    }
