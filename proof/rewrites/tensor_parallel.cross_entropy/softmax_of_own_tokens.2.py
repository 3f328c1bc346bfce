"""a Function, log_softmax of the rows with their targets here"""
import torch

from curriculum.collectives import ring_all_reduce


class OwnLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, targets, start, comm):
        tokens = torch.arange(logits.shape[-1], device=logits.device) + start
        hit = targets.unsqueeze(-1) == tokens
        here = hit.any(dim=-1)
        log_probs = torch.log_softmax(logits, dim=-1)
        losses = -log_probs.masked_fill(~hit, 0).sum(dim=-1)
        gradient = (log_probs.exp() - hit.to(logits.dtype)).masked_fill(~here.unsqueeze(-1), 0)
        ctx.save_for_backward(gradient)
        return ring_all_reduce(losses, comm)

    @staticmethod
    def backward(ctx, upstream):
        (gradient,) = ctx.saved_tensors
        return gradient * upstream.unsqueeze(-1), None, None, None


def parallel_cross_entropy(logits, targets, start, comm):
    return OwnLoss.apply(logits, targets, start, comm)
