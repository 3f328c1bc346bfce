"""one line of array arithmetic"""
import torch


def rloo_advantages(rewards, group):
    r = rewards.detach()
    n = r.numel()
    return r - (r.sum() - r) / (n - 1)
