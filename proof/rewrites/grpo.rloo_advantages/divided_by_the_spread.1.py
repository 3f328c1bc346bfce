"""torch.std of each row"""
import torch


def rloo_advantages(rewards, group):
    table = rewards.detach().reshape(-1, group)
    baseline = (table.sum(-1, keepdim=True) - table) / (group - 1)
    spread = table.std(-1, keepdim=True)
    return ((table - baseline) / (spread + 1e-8)).flatten()
