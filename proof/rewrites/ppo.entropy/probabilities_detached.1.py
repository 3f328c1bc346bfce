"""log_softmax, weights as constants"""
import torch


def categorical_entropy(logits):
    log_p = torch.log_softmax(logits, dim=-1)
    p = log_p.exp().detach()
    log_p = log_p.masked_fill(torch.isneginf(log_p), 0.0)
    return -(p * log_p).sum(-1)
