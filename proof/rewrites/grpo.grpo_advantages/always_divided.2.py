"""numpy loop, float64 inside"""
import numpy as np
import torch


def grpo_advantages(rewards, group, by_std=True):
    values = rewards.detach().numpy().astype(np.float64)
    out = np.zeros(values.shape)
    for k in range(len(values) // group):
        part = slice(k * group, (k + 1) * group)
        x = values[part]
        if (x == x[0]).all():
            continue
        ddof = 1 if by_std else 0
        out[part] = (x - x.mean()) / x.std(ddof=ddof)
    return torch.from_numpy(out).to(rewards.dtype)
