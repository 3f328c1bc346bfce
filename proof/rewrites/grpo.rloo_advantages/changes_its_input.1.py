"""in-place subtraction on the grouped table"""
import torch


def rloo_advantages(rewards, group):
    advantages = rewards.detach()
    table = advantages.view(-1, group)
    baseline = (table.sum(dim=1, keepdim=True) - table) / (group - 1)
    table -= baseline
    return advantages
