"""one plus the spread, shifted groups in a loop"""
import torch


@torch.no_grad()
def grpo_advantages(rewards, group, by_std=True):
    out = []
    for part in rewards.split(group):
        part = part - part[0]
        part = part - part.mean()
        if by_std:
            part = part / (1.0 + part.square().mean().sqrt())
        out.append(part)
    return torch.cat(out)
