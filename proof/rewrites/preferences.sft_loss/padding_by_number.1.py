"""boolean indexing, with a mask made from the targets"""
import torch
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    targets = tokens[:, 1:]
    kept = targets != 0
    losses = F.cross_entropy(logits[:, :-1][kept].float(), targets[kept], reduction="none")
    return losses.sum() / max(losses.numel(), 1)
