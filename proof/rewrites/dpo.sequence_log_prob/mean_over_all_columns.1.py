"""torch.where and mean"""
import torch


def sequence_log_prob(log_probs, mask):
    zeros = torch.zeros_like(log_probs)
    return torch.where(mask, log_probs, zeros).mean(dim=-1)
