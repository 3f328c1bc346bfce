"""counting with cumsum"""
import torch


def sequence_log_prob(log_probs, mask):
    rank = mask.long().cumsum(dim=1)
    length = mask.long().sum(dim=1, keepdim=True)
    content = mask & (rank < length)
    return log_probs.masked_fill(~content, 0).sum(dim=1)
