"""a plain Function, the first input named"""
import torch


class Checkpoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, *inputs):
        ctx.function = function
        ctx.state = torch.get_rng_state()
        ctx.save_for_backward(*inputs)
        with torch.no_grad():
            return function(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        later = torch.get_rng_state()
        torch.set_rng_state(ctx.state)
        first, *others = (x.detach() for x in ctx.saved_tensors)
        first.requires_grad_(ctx.needs_input_grad[1])
        with torch.enable_grad():
            output = ctx.function(first, *others)
        torch.set_rng_state(later)
        if output.requires_grad:
            torch.autograd.backward(output, grad_output)
        return None, first.grad, *([None] * len(others))


def checkpointed(function, *inputs):
    return Checkpoint.apply(function, *inputs)
