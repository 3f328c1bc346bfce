"""masked_fill, sum over count"""
import torch


def sequence_log_prob(log_probs, mask):
    kept = log_probs.masked_fill(~mask, 0.0)
    lengths = mask.sum(dim=1).clamp(min=1)
    return kept.sum(dim=1) / lengths
