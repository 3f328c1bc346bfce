"""through numpy"""
import numpy as np
import torch


def sequence_log_prob(log_probs, mask):
    values = log_probs.detach().cpu().numpy()
    keep = mask.cpu().numpy()
    sums = np.sum(np.where(keep, values, 0.0).astype(values.dtype), axis=1)
    return torch.from_numpy(np.ascontiguousarray(sums))
