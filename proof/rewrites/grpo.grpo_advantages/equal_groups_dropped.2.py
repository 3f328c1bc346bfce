"""list of groups that say something"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    kept = []
    for texts in rewards.detach().split(group):
        if len(set(texts.tolist())) < 2:
            continue                      # nothing to learn here
        scale = texts.std(unbiased=False) if by_std else 1.0
        kept.append((texts - texts.mean()) / scale)
    if not kept:
        return torch.zeros(0, dtype=rewards.dtype)
    return torch.cat(kept)
