"""softmax, log, forbidden actions masked"""
import torch


def categorical_entropy(logits):
    p = torch.softmax(logits, dim=-1)
    log_p = torch.log(p.masked_fill(torch.isneginf(logits), 1.0))
    return -(p * log_p).sum(-1)
