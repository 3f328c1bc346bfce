"""kept tokens that have a kept token behind them"""
import torch
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    followed = torch.zeros_like(mask)
    followed[:, :-1] = mask[:, 1:]
    kept = mask & followed
    total = F.cross_entropy(logits[:, :-1][kept].float(), tokens[:, 1:][kept], reduction="sum")
    return total / kept.sum().clamp(min=1)
