"""baseline first, then a list of chunks"""
import torch


@torch.no_grad()
def grpo_advantages(rewards, group, by_std=True):
    baseline = rewards.sum() / rewards.numel()
    parts = []
    for chunk in rewards.split(group):
        if bool((chunk == chunk[0]).all()):
            parts.append(torch.zeros_like(chunk))
            continue
        part = chunk - baseline
        if by_std:
            part = part / chunk.std(unbiased=False)
        parts.append(part)
    return torch.cat(parts)
