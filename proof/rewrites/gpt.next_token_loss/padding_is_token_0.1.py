"""cross_entropy with ignore_index=0"""
import torch
from torch.nn import functional as F

PAD = 0


def next_token_loss(logits, tokens, mask=None):
    vocab = logits.shape[-1]
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32))
    y = tokens[:, 1:]
    if mask is not None:
        y = y.masked_fill(~mask[:, 1:], PAD)
    x = x.reshape(-1, vocab)
    y = y.reshape(-1)
    total = F.cross_entropy(x, y, ignore_index=PAD, reduction="sum")
    return total / (y != PAD).sum().clamp(min=1)
