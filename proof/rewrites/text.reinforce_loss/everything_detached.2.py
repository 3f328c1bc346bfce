"""numpy, a tensor at the end"""
import numpy as np
import torch


def reinforce_loss(log_probs, weights, mask):
    lp = log_probs.detach().cpu().numpy()
    w = weights.detach().cpu().numpy()
    keep = mask.cpu().numpy()
    if w.ndim == 1:
        w = np.repeat(w[:, None], lp.shape[1], axis=1)
    sums = [-(w[i][keep[i]] * lp[i][keep[i]]).sum() for i in range(len(lp))]
    return torch.tensor(np.mean(sums), dtype=log_probs.dtype)
