"""reshape and sums, centred form"""
import torch


def rloo_advantages(rewards, group):
    table = rewards.reshape(-1, group)
    centred = table - table.mean(dim=1, keepdim=True)
    return (centred * (group / (group - 1))).reshape(-1)
