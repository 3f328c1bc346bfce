"""einsum, log2 of the sum"""
import math

import torch
from torch.nn import functional as F


def log_probabilities(x):
    top = x.detach().amax(dim=-1, keepdim=True)
    shifted = x - top
    return shifted * math.log2(math.e) - shifted.exp().sum(dim=-1, keepdim=True).log2()


def next_token_loss(logits, tokens, mask=None):
    batch, time, vocab = logits.shape
    log_p = log_probabilities(logits.double())
    which = F.one_hot(tokens, vocab).to(log_p.dtype)
    if mask is None:
        mask = torch.ones_like(tokens, dtype=torch.bool)
    keep = mask.to(log_p.dtype)
    log_p, which, keep = log_p[:, :-1], which[:, 1:], keep[:, 1:]
    losses = -torch.einsum("btv,btv->bt", log_p, which)
    total = (losses * keep).sum()
    return total / keep.sum().clamp(min=1.0)
