"""A loop over texts, each reduced to its kept entries."""
import torch


def sequence_log_prob(log_probs, mask):
    return torch.stack([row[keep].sum() for row, keep in zip(log_probs, mask)])
