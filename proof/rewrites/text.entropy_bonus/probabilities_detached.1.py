"""expectation of the surprise under fixed probabilities"""
import torch


def entropy_bonus(logits, mask):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32))
    surprise = -torch.log_softmax(x, -1)
    with torch.no_grad():
        p = torch.softmax(x, -1)
    expected = (p * surprise.masked_fill(torch.isinf(surprise), 0)).sum(-1)
    return (expected * mask).sum() / mask.sum().clamp(min=1)
