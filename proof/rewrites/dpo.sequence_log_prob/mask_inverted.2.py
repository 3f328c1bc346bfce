"""rows in a comprehension, masked_select"""
import torch


def _without_masked(row, masked):
    return torch.masked_select(row, ~masked)


def sequence_log_prob(log_probs, mask):
    return torch.stack([_without_masked(r, m).sum() for r, m in zip(log_probs, mask)])
