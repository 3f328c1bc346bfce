"""row means, then the mean over the batch"""
import torch


def entropy_bonus(logits, mask):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32))
    lp = torch.log_softmax(x, -1)
    h = -(lp.exp() * lp.masked_fill(torch.isneginf(lp), 0)).sum(-1)
    m = mask.to(h.dtype)
    per_sequence = (h * m).sum(1) / m.sum(1).clamp(min=1)
    return per_sequence.mean()
