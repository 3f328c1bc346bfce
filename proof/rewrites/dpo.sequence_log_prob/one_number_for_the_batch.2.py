"""accumulating over rows"""
import torch


def sequence_log_prob(log_probs, mask):
    total = log_probs.new_zeros(())
    for row, keep in zip(log_probs, mask):
        total = total + row.masked_fill(~keep, 0.0).sum()
    return total
