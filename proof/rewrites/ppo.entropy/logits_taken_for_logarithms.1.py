"""softmax times logits"""
import torch


def categorical_entropy(logits):
    p = torch.softmax(logits, dim=-1)
    log_p = logits.masked_fill(torch.isneginf(logits), 0.0)
    return -(p * log_p).sum(-1)
