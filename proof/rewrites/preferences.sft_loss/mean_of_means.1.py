"""a mean for each text in a loop"""
import torch
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    means = []
    for x, text, kept in zip(logits, tokens, mask):
        if kept.any():
            means.append(F.cross_entropy(x[:-1][kept].float(), text[1:][kept]))
    if not means:
        return torch.zeros((), device=logits.device)
    return torch.stack(means).mean()
