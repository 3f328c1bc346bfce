"""numpy, fancy indices"""
import numpy as np
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    p, q, s = (x.detach().cpu().numpy() for x in (log_probs, ref_log_probs, scores))
    m = mask.cpu().numpy()
    out = np.zeros(m.shape, dtype=p.dtype)
    out[m] = -kl_coef * (p[m] - q[m])
    rows = np.flatnonzero(m.any(axis=1))
    if rows.size:
        last = np.flatnonzero(m.any(axis=0))[-1]
        out[rows, last] += s[rows]
    return torch.from_numpy(out)
