"""A Function outside; gradients are taken leaf by leaf with the vector-Jacobian product of a scalar; try and finally."""
import torch


class Again(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, *inputs):
        ctx.function = function
        ctx.state = torch.random.get_rng_state().clone()
        ctx.save_for_backward(*inputs)
        with torch.no_grad():
            return function(*inputs)

    @staticmethod
    def backward(ctx, cotangent):
        inputs = []
        for x in ctx.saved_tensors:
            copy = x.detach()
            copy.requires_grad = x.requires_grad
            inputs.append(copy)
        later = torch.random.get_rng_state()
        try:
            torch.random.set_rng_state(ctx.state)
            with torch.set_grad_enabled(True):
                scalar = (ctx.function(*inputs) * cotangent).sum()
        finally:
            torch.random.set_rng_state(later)
        torch.autograd.backward(scalar)
        return (None, *[x.grad if x.requires_grad else None for x in inputs])


def checkpointed(function, *inputs):
    return Again.apply(function, *inputs)
