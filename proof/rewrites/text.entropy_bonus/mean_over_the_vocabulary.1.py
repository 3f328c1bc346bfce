"""log_softmax, mean of p log p"""
import torch


def entropy_bonus(logits, mask):
    scores = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32))
    log_p = torch.log_softmax(scores, dim=-1)
    plogp = log_p.exp() * log_p.masked_fill(log_p == float("-inf"), 0)
    h = -plogp.mean(dim=-1)
    n = mask.sum()
    return (h * mask).sum() / torch.clamp(n, min=1)
