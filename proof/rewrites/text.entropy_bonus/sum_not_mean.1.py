"""log_softmax and a masked sum"""
import torch


def entropy_bonus(logits, mask):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32))
    logp = torch.log_softmax(x, dim=-1)
    p = torch.softmax(x, dim=-1)
    h = -(p * torch.where(torch.isneginf(logp), torch.zeros_like(logp), logp)).sum(dim=-1)
    return (h * mask).sum()
