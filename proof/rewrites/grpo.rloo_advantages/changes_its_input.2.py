"""a loop over prompts that works within the array"""
import torch


@torch.no_grad()
def rloo_advantages(rewards, group):
    for start in range(0, len(rewards), group):
        r = rewards[start:start + group]
        baseline = (r.sum() - r) / (group - 1)
        rewards[start:start + group] = r - baseline
    return rewards.detach()
