"""normalised over the batch at the end, loop over groups"""
import torch


def normalise(x):
    return x / (x.std(unbiased=False) + 1e-6)


def rloo_advantages(rewards, group):
    raw = torch.empty_like(rewards.detach())
    for start in range(0, rewards.shape[0], group):
        own = slice(start, start + group)
        r = rewards.detach()[own]
        raw[own] = r - (r.sum() - r) / (group - 1)
    return normalise(raw)
