"""log_softmax, mean of logs"""
import torch


def categorical_entropy(logits):
    log_p = torch.log_softmax(logits, dim=-1)
    log_p = log_p.masked_fill(torch.isneginf(log_p), 0.0)
    return -log_p.mean(-1)
