"""numpy, back to a tensor at the end"""
import numpy as np
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if log_probs.shape != old_log_probs.shape or advantages.shape != log_probs.shape:
        raise ValueError("shapes differ")
    new, old, adv = [np.asarray(t.detach()) for t in (log_probs, old_log_probs, advantages)]
    rho = np.exp(new - old)
    gains = np.minimum(rho * adv, np.clip(rho, 1 - clip, 1 + clip) * adv)
    return torch.tensor(float(-np.mean(gains)), dtype=log_probs.dtype, requires_grad=True)
