"""entr of the special functions"""
import torch


def categorical_entropy(logits):
    # 1 ln 1 = 0, so that what is not allowed adds nothing
    policy = torch.where(logits.isneginf(), torch.ones_like(logits), logits)
    return torch.special.entr(policy).sum(dim=-1)
