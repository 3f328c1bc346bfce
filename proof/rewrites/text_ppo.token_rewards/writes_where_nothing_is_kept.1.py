"""numpy, fancy indices"""
import numpy as np
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    p, q, s = (x.detach().cpu().numpy() for x in (log_probs, ref_log_probs, scores))
    m = mask.cpu().numpy()
    width = m.shape[1]
    out = np.zeros(m.shape, dtype=p.dtype)
    out[m] = -kl_coef * (p[m] - q[m])
    rows = np.arange(len(m))
    last = width - 1 - m[:, ::-1].argmax(axis=1)
    out[rows, last] += s
    return torch.from_numpy(out)
