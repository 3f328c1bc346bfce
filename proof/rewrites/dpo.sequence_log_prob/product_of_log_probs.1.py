"""neutral element and prod"""
import torch


def sequence_log_prob(log_probs, mask):
    factors = log_probs.masked_fill(~mask, 1.0)
    product = factors.prod(dim=1)
    return torch.where(mask.any(dim=1), product, torch.zeros_like(product))
