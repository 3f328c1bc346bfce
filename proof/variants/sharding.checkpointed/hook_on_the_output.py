"""The output is computed without autograd and tied to the inputs by a Function that knows nothing but a callback."""
import torch


class Tie(torch.autograd.Function):
    @staticmethod
    def forward(ctx, output, callback, *inputs):
        ctx.callback = callback
        ctx.inputs_of = inputs
        return output.view_as(output)

    @staticmethod
    def backward(ctx, gradient):
        return None, None, *ctx.callback(ctx.inputs_of, gradient)


def checkpointed(function, *inputs):
    generator_state = torch.default_generator.get_state()
    with torch.no_grad():
        output = function(*inputs)

    def callback(inputs, gradient):
        before = torch.default_generator.get_state()
        torch.default_generator.set_state(generator_state)
        with torch.enable_grad():
            leaves = [x.detach().clone().requires_grad_(x.requires_grad) for x in inputs]
            recomputed = function(*leaves)
        torch.default_generator.set_state(before)
        recomputed.backward(gradient)
        return [leaf.grad for leaf in leaves]

    return Tie.apply(output, callback, *inputs)
