"""numpy, fancy indices"""
import numpy as np
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    s = scores.detach().cpu().numpy()
    m = mask.cpu().numpy()
    width = m.shape[1]
    out = np.zeros(m.shape, dtype=s.dtype)
    rows = np.flatnonzero(m.any(axis=1))
    last = width - 1 - m[:, ::-1].argmax(axis=1)
    out[rows, last[rows]] += s[rows]
    return torch.from_numpy(out)
