"""loop over actions, running sum"""
import torch


def categorical_entropy(logits):
    n = logits.shape[-1]
    ln_p = logits.log_softmax(dim=-1)
    total = torch.zeros_like(ln_p[..., 0])
    for k in range(n):
        column = ln_p[..., k]
        possible = column > float("-inf")
        safe = torch.where(possible, column, torch.zeros_like(column))
        total = total - torch.where(possible, column, torch.full_like(column, -torch.inf)).exp() * safe
    return total / n
