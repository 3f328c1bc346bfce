"""shifted exponentials per row, float result"""
import torch


def entropy_bonus(logits, mask):
    rows = logits[:, :-1][mask]
    z = rows - rows.amax(-1, keepdim=True).detach()
    e = z.exp()
    norm = e.sum(-1, keepdim=True)
    p = e / norm
    logp = z - norm.log()
    h = -(p * torch.where(torch.isneginf(logp), torch.zeros_like(logp), logp)).sum(-1)
    result = h.sum() / max(len(rows), 1)
    return result.to(torch.promote_types(result.dtype, torch.float32))
