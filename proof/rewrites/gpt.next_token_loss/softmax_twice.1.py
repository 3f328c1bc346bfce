"""cross_entropy of probabilities"""
import torch
from torch.nn import functional as F


def next_token_loss(logits, tokens, mask=None):
    vocab = logits.shape[-1]
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32))
    p = x.softmax(dim=-1)
    y = tokens[:, 1:]
    losses = F.cross_entropy(p.reshape(-1, vocab), y.reshape(-1), reduction="none")
    if mask is None:
        weights = torch.ones_like(losses)
    else:
        weights = mask[:, 1:].reshape(-1).to(losses.dtype)
    total = torch.dot(losses, weights)
    count = max(int(weights.sum().item()), 1)
    return total / count
