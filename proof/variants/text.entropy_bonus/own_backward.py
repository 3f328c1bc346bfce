"""An autograd function with the gradient written out: −p · (log p + H) / count."""
import torch
from torch.autograd.function import once_differentiable


class MeanEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, rows):
        log_p = rows.log_softmax(-1)
        p = log_p.exp()
        log_p = torch.where(p > 0, log_p, torch.zeros_like(log_p))
        h = -(p * log_p).sum(-1, keepdim=True)
        count = max(len(rows), 1)
        ctx.save_for_backward(-p * (log_p + h) / count)
        return h.sum() / count

    @staticmethod
    @once_differentiable
    def backward(ctx, upstream):
        (slope,) = ctx.saved_tensors
        return slope * upstream


def entropy_bonus(logits, mask):
    rows = logits[:, : mask.shape[1]][mask]
    return MeanEntropy.apply(rows.double())
