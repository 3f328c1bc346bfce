"""a mask of the others, one text at a time"""
import torch


def rloo_advantages(rewards, group):
    data = rewards.detach().clone()
    out = []
    everyone = torch.arange(len(data))
    for i, reward in enumerate(data):
        others = data[everyone != i]
        out.append(reward - others.mean())
    return torch.stack(out)
