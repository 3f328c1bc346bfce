"""closed form n / (n - 1), numpy"""
import numpy as np
import torch


def rloo_advantages(rewards, group):
    r = rewards.detach().numpy().astype(np.float64).reshape(-1, group)
    centred = r.mean(axis=1)[:, None] - r
    scaled = centred * group / (group - 1)
    return torch.as_tensor(scaled.ravel(), dtype=rewards.dtype)
