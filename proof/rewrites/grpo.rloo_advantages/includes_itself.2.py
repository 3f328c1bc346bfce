"""numpy, add.reduceat over group starts"""
import numpy as np
import torch


def rloo_advantages(rewards, group):
    values = rewards.detach().cpu().numpy()
    starts = np.arange(0, len(values), group)
    totals = np.add.reduceat(values, starts)
    baselines = np.repeat(totals / group, group)
    return torch.from_numpy(values - baselines).to(rewards.dtype)
