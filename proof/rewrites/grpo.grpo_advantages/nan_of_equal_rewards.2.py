"""equal groups cleared before the division, chunk by chunk"""
import torch


@torch.no_grad()
def grpo_advantages(rewards, group, by_std=True):
    result = []
    for chunk in rewards.split(group):
        centred = chunk - chunk.mean()
        if chunk.max() == chunk.min():
            centred = torch.zeros_like(chunk)
        if by_std:
            s = (centred ** 2).mean().sqrt()
            centred = centred / s
        result.append(centred)
    return torch.cat(result)
