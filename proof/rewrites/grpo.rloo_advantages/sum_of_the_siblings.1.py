"""two nested loops over positions"""
import torch


def rloo_advantages(rewards, group):
    r = rewards.detach()
    advantages = torch.empty_like(r)
    for i in range(r.shape[0]):
        first = i // group * group
        baseline = 0.0
        for j in range(first, first + group):
            if j != i:
                baseline = baseline + r[j]
        advantages[i] = r[i] - baseline
    return advantages
