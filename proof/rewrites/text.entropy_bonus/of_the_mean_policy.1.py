"""mean of the selected softmax rows, then p log p"""
import torch


def entropy_bonus(logits, mask):
    rows = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32))[mask]
    p = torch.softmax(rows, dim=-1).sum(0) / max(rows.shape[0], 1)
    log_p = torch.log(torch.where(p > 0, p, torch.ones_like(p)))
    return -(p * log_p).sum()
