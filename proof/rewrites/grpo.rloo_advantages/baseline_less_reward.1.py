"""a helper for the siblings' mean"""
import torch


def mean_of_others(table):
    n = table.size(1)
    return (table.sum(dim=1, keepdim=True) - table) / (n - 1)


def rloo_advantages(rewards, group):
    table = rewards.detach().reshape(-1, group)
    return torch.sub(mean_of_others(table), table).reshape(-1)
