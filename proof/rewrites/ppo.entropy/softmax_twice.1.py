"""softmax, then log_softmax"""
import torch


def categorical_entropy(logits):
    probs = torch.softmax(logits, dim=-1)
    log_p = torch.log_softmax(probs, dim=-1)
    return -(log_p.exp() * log_p).sum(-1)
