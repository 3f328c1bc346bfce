"""sum, then exp"""
import torch


def sequence_log_prob(log_probs, mask):
    summed = torch.where(mask, log_probs, 0.0).sum(dim=1)
    return summed.exp()
