"""p log p, forbidden actions masked first"""
import torch


def categorical_entropy(logits):
    forbidden = torch.isneginf(logits)
    p = logits.masked_fill(forbidden, 0.0)
    log_p = torch.log(logits.masked_fill(forbidden, 1.0))
    return -(p * log_p).sum(-1)
