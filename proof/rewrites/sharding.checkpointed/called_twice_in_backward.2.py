"""a record object, a list of gradients"""
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
        nobody = [False] * len(ctx.saved_tensors)
        _, output = ctx.block.repeat(ctx.saved_tensors, nobody)
        if output.requires_grad:
            output.backward(grad)
        grads = []
        for number, needed in enumerate(ctx.needs_input_grad[1:]):
            if not needed:
                grads.append(None)
                continue
            only = nobody[:number] + [True] + nobody[number + 1 :]
            copies, output = ctx.block.repeat(ctx.saved_tensors, only)
            grads += torch.autograd.grad(output, copies[number], grad)
        return None, *grads


def checkpointed(function, *inputs):
    return Rerun.apply(Block(function), *inputs)
