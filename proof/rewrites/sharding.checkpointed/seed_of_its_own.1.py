"""a helper for both calls"""
import torch


def seeded(function, inputs):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return function(*inputs)


class Checkpoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, *inputs):
        ctx.function = function
        ctx.save_for_backward(*inputs)
        return seeded(function, inputs)

    @staticmethod
    def backward(ctx, grad_output):
        inputs = [x.detach().requires_grad_(x.requires_grad) for x in ctx.saved_tensors]
        with torch.enable_grad():
            output = seeded(ctx.function, inputs)
        output.backward(grad_output)
        return None, *(x.grad for x in inputs)


def checkpointed(function, *inputs):
    return Checkpoint.apply(function, *inputs)
