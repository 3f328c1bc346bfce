"""slices that line the mask up with the positions"""
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    # mask[:, t] is about position t + 1: from there the next token is predicted.
    at_position = mask[:, :-1]
    x = logits[:, 1:-1][at_position].float()
    y = tokens[:, 2:][at_position]
    total = F.cross_entropy(x, y, reduction="sum")
    return total / at_position.sum().clamp(min=1)
