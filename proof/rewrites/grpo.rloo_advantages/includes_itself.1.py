"""a table of groups, keepdim mean"""
import torch
from torch import Tensor


def rloo_advantages(rewards, group):
    """Each reward less the mean of its group."""
    table = rewards.detach().reshape(-1, group)
    baseline = table.mean(dim=1, keepdim=True)
    return (table - baseline).reshape(rewards.shape)
