"""log_softmax divided by ln 2"""
import math

import torch


def categorical_entropy(logits):
    log_p = torch.log_softmax(logits, dim=-1)
    p = log_p.exp()
    log2_p = log_p.masked_fill(torch.isneginf(log_p), 0.0) / math.log(2)
    return -(p * log2_p).sum(-1)
