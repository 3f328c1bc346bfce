"""numpy throughout, a tensor at the end"""
import numpy as np
import torch


def entropy_bonus(logits, mask):
    x = logits.detach().double().cpu().numpy()[:, :-1]
    keep = mask.cpu().numpy()
    if not keep.any():
        return torch.zeros((), dtype=torch.float64)
    rows = x[keep]
    e = np.exp(rows - rows.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    h = -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=1)
    return torch.tensor(h.mean(), dtype=torch.float64)
