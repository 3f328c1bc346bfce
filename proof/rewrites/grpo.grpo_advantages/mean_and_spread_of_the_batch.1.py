"""whitening of the vector"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    r = rewards.detach()
    if torch.all(r == r[0]):
        return torch.zeros_like(r)
    advantages = r - r.mean()
    if by_std:
        advantages = advantages / (r.std() + 1e-5)
    return advantages
