"""fork_rng, a loop over tensors"""
import torch
from torch.random import fork_rng, get_rng_state, set_rng_state


class _Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, run, *tensors):
        ctx.run, ctx.generator = run, get_rng_state()
        ctx.save_for_backward(*tensors)
        return run(*tensors)

    @staticmethod
    @torch.enable_grad()
    def backward(ctx, cotangent):
        leaves = []
        for tensor in ctx.saved_tensors:
            leaf = tensor.detach()
            leaf.requires_grad = True
            leaves.append(leaf)
        with fork_rng(devices=[]):
            set_rng_state(ctx.generator)
            y = ctx.run(*leaves)
        y.backward(cotangent)
        return (None,) + tuple(leaf.grad for leaf in leaves)


def checkpointed(function, *inputs):
    tracked = [tensor if tensor.requires_grad else tensor.requires_grad_() for tensor in inputs]
    return _Twice.apply(function, *tracked)
