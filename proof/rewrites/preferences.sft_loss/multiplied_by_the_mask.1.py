"""cross_entropy for all, weighed by the mask"""
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    losses = F.cross_entropy(logits[:, :-1].float().transpose(1, 2), tokens[:, 1:], reduction="none")
    weights = mask.float()
    return (losses * weights).sum() / weights.sum().clamp(min=1)
