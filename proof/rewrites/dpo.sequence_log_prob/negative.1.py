"""where, then nll"""
import torch


def sequence_log_prob(log_probs, mask):
    nll = torch.where(mask, -log_probs, torch.zeros_like(log_probs))
    return nll.sum(dim=1)
