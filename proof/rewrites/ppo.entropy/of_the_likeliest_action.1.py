"""log_softmax and max"""
import torch


def categorical_entropy(logits):
    log_p = torch.log_softmax(logits, dim=-1)
    return -log_p.max(dim=-1).values
