"""under no_grad"""
import torch


@torch.no_grad()
def sequence_log_prob(log_probs, mask):
    return torch.where(mask, log_probs, torch.zeros_like(log_probs)).sum(dim=1)
