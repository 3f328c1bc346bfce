"""weighted einsum over batch and time"""
import torch


def entropy_bonus(logits, mask):
    x = logits[:, :-1].double()
    x = x.clamp_min(-1e30)
    z = x - x.amax(-1, keepdim=True).detach()
    e = torch.exp(z)
    norm = e.sum(-1, keepdim=True)
    p = e / norm
    logp = z - norm.log()
    keep = mask.to(p.dtype)
    total = torch.einsum("bt,btv,btv->", keep, p, -logp)
    return total / keep.sum()
