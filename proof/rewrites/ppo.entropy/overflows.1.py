"""exp, normaliser, masked"""
import torch


def categorical_entropy(logits):
    e = torch.exp(logits)
    z = e.sum(-1, keepdim=True)
    p = e / z
    log_p = logits.masked_fill(torch.isneginf(logits), 0.0) - torch.log(z)
    return -(p * log_p).sum(-1)
