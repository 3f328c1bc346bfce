"""loop over actions, module constant"""
import torch

_EPS = 1e-6


def _surprise(p):
    return -torch.log(p + _EPS)


def categorical_entropy(logits):
    policy = logits.softmax(dim=-1)
    return sum(p * _surprise(p) for p in policy.unbind(dim=-1))
