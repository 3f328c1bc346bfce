"""unflatten, then array arithmetic"""
import torch


def rloo_advantages(rewards, group):
    r = rewards.detach().unflatten(0, (rewards.shape[0] // group, group))
    total = r.sum(dim=1, keepdim=True)
    return r - (total - r) / (group - 1)
