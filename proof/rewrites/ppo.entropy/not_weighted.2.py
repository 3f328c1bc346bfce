"""average surprise of the allowed actions"""
import torch
import torch.nn.functional as F


def categorical_entropy(logits):
    allowed = torch.isfinite(logits)
    surprise = F.log_softmax(logits, dim=-1).neg()
    surprise = torch.where(allowed, surprise, torch.zeros_like(surprise))
    how_many = allowed.sum(dim=-1).to(logits.dtype)
    return surprise.sum(dim=-1) / how_many
