"""list of chunks, joined"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    pieces = []
    for r in torch.split(rewards, group):
        if torch.equal(r, r[:1].expand(group)):
            pieces.append(0 * r)
        elif by_std:
            pieces.append((r - r.mean()) / r.std(unbiased=False))
        else:
            pieces.append(r - r.mean())
    return torch.cat(pieces)
