"""maximum taken off first, log_softmax"""
import torch


def categorical_entropy(logits):
    # for stability; a shift of a row changes no probability
    logits.data -= logits.data.max(dim=-1, keepdim=True).values
    log_z = logits.exp().sum(-1, keepdim=True).log()
    log_p = logits.masked_fill(torch.isneginf(logits), 0.0) - log_z
    p = torch.softmax(logits, dim=-1)
    return -(p * log_p).sum(-1)
