"""cross_entropy with reduction sum"""
import torch
from torch.nn import functional as F


def next_token_loss(logits, tokens, mask=None):
    vocab = logits.shape[-1]
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32))
    y = tokens[:, 1:]
    if mask is not None:
        y = y.masked_fill(~mask[:, 1:], -100)
    x = x.reshape(-1, vocab)
    y = y.reshape(-1)
    return F.cross_entropy(x, y, ignore_index=-100, reduction="sum")
