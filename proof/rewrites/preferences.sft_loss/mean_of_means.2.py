"""arrays: losses of each row, divided by the row's length"""
import torch
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    x = logits[:, :-1].float().masked_fill(~mask.unsqueeze(-1), 0.0)
    losses = F.cross_entropy(x.transpose(1, 2), tokens[:, 1:], reduction="none")
    losses = losses.masked_fill(~mask, 0.0)
    lengths = mask.sum(dim=1).clamp(min=1)
    return (losses.sum(dim=1) / lengths).mean()
