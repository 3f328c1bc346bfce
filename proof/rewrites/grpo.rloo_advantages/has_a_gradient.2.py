"""chunks and a list of siblings, only the baseline detached"""
import torch


def rloo_advantages(rewards, group):
    out = []
    for part in rewards.chunk(rewards.shape[0] // group):
        for i in range(group):
            siblings = torch.cat([part[:i], part[i + 1:]])
            baseline = siblings.mean().detach()
            out.append(part[i] - baseline)
    return torch.stack(out)
