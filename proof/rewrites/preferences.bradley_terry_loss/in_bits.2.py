"""stable by hand: maximum and log1p"""
import numpy as np
import torch

LOG2_E = float(np.log2(np.e))


def log2_of_sum(x):
    """log2(1 + e^x), without an overflow."""
    zero = torch.zeros_like(x)
    return LOG2_E * (torch.maximum(x, zero) + torch.log1p(torch.exp(-x.abs())))


def bradley_terry_loss(chosen_scores, rejected_scores):
    losses = log2_of_sum(rejected_scores - chosen_scores)
    return losses.sum() / losses.numel()
