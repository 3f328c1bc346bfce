"""logits from the second place on, log_softmax"""
import torch


def entropy_bonus(logits, mask):
    own = logits[:, 1:].to(torch.promote_types(logits.dtype, torch.float32))
    lp = torch.log_softmax(own, -1)
    h = -(lp.exp() * lp.masked_fill(torch.isneginf(lp), 0)).sum(-1)
    return torch.where(mask, h, torch.zeros_like(h)).sum() / mask.sum().clamp(min=1)
