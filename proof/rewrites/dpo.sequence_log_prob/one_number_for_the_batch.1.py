"""masked_select"""
import torch


def sequence_log_prob(log_probs, mask):
    return torch.masked_select(log_probs, mask).sum()
