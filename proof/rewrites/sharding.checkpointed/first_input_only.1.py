"""a record object, copies by position"""
from contextlib import contextmanager

import torch


@contextmanager
def random_numbers_from(state):
    kept = torch.get_rng_state()
    torch.set_rng_state(state)
    try:
        yield
    finally:
        torch.set_rng_state(kept)


class Block:
    def __init__(self, function):
        self.function = function
        self.state = torch.get_rng_state()

    def repeat(self, inputs, needed):
        copies = [x.detach().clone().requires_grad_(n) for x, n in zip(inputs, needed)]
        with random_numbers_from(self.state), torch.enable_grad():
            return copies, self.function(*copies)


class Rerun(torch.autograd.Function):
    @staticmethod
    def forward(ctx, block, *inputs):
        ctx.block = block
        ctx.save_for_backward(*inputs)
        return block.function(*inputs)

    @staticmethod
    def backward(ctx, grad):
        copies, output = ctx.block.repeat(ctx.saved_tensors, ctx.needs_input_grad[1:])
        with torch.enable_grad():
            product = torch.sum(output * grad)
        product.backward()
        return None, copies[0].grad, *[None for _ in copies[1:]]


def checkpointed(function, *inputs):
    return Rerun.apply(Block(function), *inputs)
