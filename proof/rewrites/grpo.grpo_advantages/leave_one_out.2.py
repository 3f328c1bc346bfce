"""matrix of weights, population spread"""
import torch


@torch.no_grad()
def grpo_advantages(rewards, group, by_std=True):
    grouped = rewards.unflatten(0, (-1, group))
    weights = torch.full((group, group), 1 / (group - 1), dtype=rewards.dtype).fill_diagonal_(0)
    shifted = grouped - grouped[:, :1]      # equal rewards become zeros here
    compared = shifted - torch.matmul(shifted, weights)
    if by_std:
        compared = compared / (shifted.std(1, correction=0, keepdim=True) + 1e-6)
    return compared.flatten()
