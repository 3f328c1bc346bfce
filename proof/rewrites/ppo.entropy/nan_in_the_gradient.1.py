"""log_softmax, where"""
import torch


def categorical_entropy(logits):
    log_p = torch.log_softmax(logits, dim=-1)
    p = log_p.exp()
    terms = torch.where(torch.isneginf(logits), torch.zeros_like(p), p * log_p)
    return -terms.sum(-1)
