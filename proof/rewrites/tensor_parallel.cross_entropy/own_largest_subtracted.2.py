"""a Function which saves the softmax, one stacked all-reduce"""
import torch

from curriculum.collectives import ring_all_reduce


class VocabularyLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, targets, start, comm):
        largest = logits.max(dim=-1).values
        largest = torch.where(largest.isinf(), torch.zeros_like(largest), largest)
        exps = torch.exp(logits - largest.unsqueeze(-1))
        tokens = torch.arange(start, start + logits.shape[-1], device=logits.device)
        hit = targets.unsqueeze(-1) == tokens
        chosen = logits.masked_fill(~hit, 0).sum(-1)
        total, target = ring_all_reduce(torch.stack([exps.sum(-1), chosen]), comm)
        ctx.save_for_backward(exps / total.unsqueeze(-1), hit)
        return total.log() + (largest - target)

    @staticmethod
    def backward(ctx, gradient):
        softmax, hit = ctx.saved_tensors
        return gradient.unsqueeze(-1) * (softmax - hit.to(softmax.dtype)), None, None, None


def parallel_cross_entropy(logits, targets, start, comm):
    return VocabularyLoss.apply(logits, targets, start, comm)
