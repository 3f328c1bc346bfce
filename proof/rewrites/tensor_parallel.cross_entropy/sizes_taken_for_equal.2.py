"""a Function inside the call, log-sum-exp"""
import torch

from curriculum.collectives import all_gather, ring_all_reduce


def parallel_cross_entropy(logits, targets, start, comm):
    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z):
            whole = all_gather(z.logsumexp(-1)[None], comm).logsumexp(0)
            index = targets - comm.rank * z.shape[-1]
            mine = (index >= 0) & (index < z.shape[-1])
            index = index.clamp(0, z.shape[-1] - 1)[..., None]
            logit = z.gather(-1, index)[..., 0].masked_fill(~mine, 0)
            ctx.save_for_backward(z, whole, index, mine)
            return whole - ring_all_reduce(logit, comm)

        @staticmethod
        def backward(ctx, gradient):
            z, whole, index, mine = ctx.saved_tensors
            result = (z - whole[..., None]).exp()
            result.scatter_add_(-1, index, -mine[..., None].to(z.dtype))
            return result * gradient[..., None]

    return Loss.apply(logits)
