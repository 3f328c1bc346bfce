"""where on the losses"""
import torch
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    x, y = logits[:, :-1].float(), tokens[:, 1:]
    losses = F.cross_entropy(x.permute(0, 2, 1), y, reduction="none")
    losses = torch.where(mask, losses, torch.zeros_like(losses))
    return losses.sum() / mask.sum().clamp(min=1)
