"""where on the mask, then mean()"""
import torch


def entropy_bonus(logits, mask):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32))
    lp = x.log_softmax(-1)
    h = -(lp.exp() * lp.masked_fill(torch.isneginf(lp), 0)).sum(-1)
    kept = torch.where(mask, h, torch.zeros_like(h))
    return kept.mean() if kept.numel() else kept.sum()
