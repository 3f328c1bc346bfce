"""own autograd function for the entropy of rows"""
import torch


class RowEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, rows):
        lp = torch.log_softmax(rows, -1)
        lp = lp.masked_fill(torch.isneginf(lp), 0.0) 
        p = torch.softmax(rows, -1)
        h = -(p * lp).sum(-1)
        ctx.save_for_backward(p, lp, h)
        return h

    @staticmethod
    def backward(ctx, grad):
        p, lp, h = ctx.saved_tensors
        return -grad.unsqueeze(-1) * p * (lp + h.unsqueeze(-1))


def entropy_bonus(logits, mask):
    rows = logits[:, :-1].double()[mask]
    return RowEntropy.apply(rows).sum()
