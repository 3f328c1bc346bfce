"""cross entropy with soft targets"""
import torch
import torch.nn.functional as F


def entropy_bonus(logits, mask):
    rows = logits[:, :-1][mask].double().clamp(min=-1e30)
    targets = F.softmax(rows.detach(), dim=-1)
    if rows.shape[0] == 0:
        return rows.sum()
    return F.cross_entropy(rows, targets, reduction="mean")
