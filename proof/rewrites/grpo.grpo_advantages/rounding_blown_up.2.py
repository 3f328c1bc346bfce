"""divided where the spread is not zero, by hand"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    r = rewards.detach()
    advantages = torch.zeros_like(r)
    for start in range(0, r.numel(), group):
        x = r[start:start + group]
        mean = sum(x) / group
        deviations = x - mean
        if by_std:
            s = torch.sqrt((deviations * deviations).sum() / group)
            if s == 0:
                continue
            deviations = deviations / s
        advantages[start:start + group] = deviations
    return advantages
