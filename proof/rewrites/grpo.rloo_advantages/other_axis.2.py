"""strided slices, every prompts-th text"""
import torch


def rloo_advantages(rewards, group):
    prompts = rewards.shape[0] // group
    advantages = torch.zeros(rewards.shape, dtype=rewards.dtype)
    for p in range(prompts):
        mine = rewards.detach()[p::prompts]
        total = mine.sum()
        advantages[p::prompts] = mine - (total - mine) / (group - 1)
    return advantages
