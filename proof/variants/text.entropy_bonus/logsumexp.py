"""logsumexp − Σ p · logit on shifted logits, with forbidden logits replaced by a very low number."""
import torch


def entropy_bonus(logits, mask):
    if logits.dtype is not torch.float64:
        logits = logits.to(torch.float32)
    z = logits[:, :-1]
    forbidden = torch.isneginf(z)
    top = z.detach().amax(-1, keepdim=True)
    z = (z - top).masked_fill(forbidden, -1e6)
    p = z.softmax(-1)
    h = z.logsumexp(-1) - (p * z.masked_fill(forbidden, 0)).sum(-1)
    count = max(int(mask.sum()), 1)
    return h[mask].sum() / count
