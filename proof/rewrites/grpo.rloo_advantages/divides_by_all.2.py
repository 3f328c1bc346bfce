"""torch.split, mean of a row with its diagonal zeroed"""
import torch


def rloo_advantages(rewards, group):
    pieces = []
    for chunk in torch.split(rewards.detach(), group):
        square = chunk.expand(group, group).clone()
        square.fill_diagonal_(0.0)          # nobody is his own sibling
        pieces.append(chunk - square.mean(dim=1))
    return torch.cat(pieces)
