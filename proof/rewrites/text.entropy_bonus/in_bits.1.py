"""shifted exponentials, log2"""
import torch


def entropy_bonus(logits, mask):
    x = logits[:, :-1]
    if x.dtype != torch.float64:
        x = x.float()
    z = x - x.amax(-1, keepdim=True).detach()
    e = z.exp()
    p = e / e.sum(-1, keepdim=True)
    positive = p > 0
    surprise = -torch.log2(torch.where(positive, p, torch.ones_like(p)))
    h = (p * surprise).sum(-1)
    total = torch.where(mask, h, torch.zeros_like(h)).sum()
    return total / max(int(mask.sum()), 1)
