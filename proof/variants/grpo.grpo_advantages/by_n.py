"""The standard deviation that divides by n, from squares in float64; rewards are counted from the group's first one."""
import torch


@torch.no_grad()
def grpo_advantages(rewards, group, by_std=True):
    r = rewards.double().reshape(-1, group)
    r = r - r[:, :1]  # of equal rewards, exactly 0
    centred = r - r.sum(1, keepdim=True) / group
    if by_std:
        centred = centred / ((centred**2).mean(1, keepdim=True).sqrt() + 1e-8)
    return centred.to(rewards.dtype).reshape(rewards.shape)
