"""log_softmax, masked_fill on the entropies"""
import torch


def entropy_bonus(logits, mask):
    wide = torch.promote_types(logits.dtype, torch.float32)
    lp = torch.log_softmax(logits[:, :-1].to(wide), -1)
    safe = lp.masked_fill(torch.isinf(lp), 0)
    h = -(safe * lp.exp()).sum(-1)
    h = h.masked_fill(mask, 0.0)
    return h.sum() / (~mask).sum().clamp(min=1)
