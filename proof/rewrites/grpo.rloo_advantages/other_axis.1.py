"""reshape to (group, prompts), sum over the first axis"""
import torch


def rloo_advantages(rewards, group):
    table = rewards.detach().reshape(group, -1)
    baseline = (table.sum(dim=0) - table) / (group - 1)
    return (table - baseline).reshape(-1)
