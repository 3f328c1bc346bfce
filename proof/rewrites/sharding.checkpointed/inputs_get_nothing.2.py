"""a record object, a context manager"""
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

    def repeat(self, inputs):
        with random_numbers_from(self.state), torch.enable_grad():
            return self.function(*(x.detach() for x in inputs))


class Rerun(torch.autograd.Function):
    @staticmethod
    def forward(ctx, block, *inputs):
        ctx.block = block
        ctx.save_for_backward(*inputs)
        return block.function(*inputs)

    @staticmethod
    def backward(ctx, grad):
        output = ctx.block.repeat(ctx.saved_tensors)
        if output.requires_grad:
            output.backward(grad)
        return None, *[None for _ in ctx.saved_tensors]


def checkpointed(function, *inputs):
    return Rerun.apply(Block(function), *inputs)
