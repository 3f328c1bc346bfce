"""a Function inside the call, log-sum-exp"""
import torch

from curriculum.collectives import ring_all_reduce


def parallel_cross_entropy(logits, targets, start, comm):
    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z):
            own = z.logsumexp(-1)
            index = targets - start
            mine = (index >= 0) & (index < z.shape[-1])
            index = index.clamp(0, z.shape[-1] - 1)[..., None]
            logit = z.gather(-1, index)[..., 0].masked_fill(~mine, 0)
            ctx.save_for_backward(z, own, index, mine)
            return ring_all_reduce(own - logit, comm)

        @staticmethod
        def backward(ctx, gradient):
            z, own, index, mine = ctx.saved_tensors
            result = (z - own[..., None]).exp()
            result.scatter_add_(-1, index, -mine[..., None].to(z.dtype))
            return result * gradient[..., None]

    return Loss.apply(logits)
