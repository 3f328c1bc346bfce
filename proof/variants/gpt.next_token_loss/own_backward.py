"""An autograd function with the gradient written out: (softmax - one-hot) / count."""
import torch
from torch.autograd.function import once_differentiable


class MaskedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, rows, answers):
        log_p = rows - torch.logsumexp(rows, dim=1, keepdim=True)
        ctx.save_for_backward(log_p, answers)
        picked = log_p[torch.arange(len(answers), device=rows.device), answers]
        return -picked.sum() / max(len(answers), 1)

    @staticmethod
    @once_differentiable
    def backward(ctx, upstream):
        log_p, answers = ctx.saved_tensors
        slope = log_p.exp()
        slope[torch.arange(len(answers), device=slope.device), answers] -= 1.0
        return slope * (upstream / max(len(answers), 1)), None


def next_token_loss(logits, tokens, mask=None):
    precise = logits if logits.dtype == torch.float64 else logits.to(torch.float32)
    keep = torch.ones_like(tokens, dtype=torch.bool) if mask is None else mask.clone()
    keep[:, 0] = False
    where, when = keep.nonzero(as_tuple=True)
    return MaskedCrossEntropy.apply(precise[where, when - 1], tokens[where, when])
