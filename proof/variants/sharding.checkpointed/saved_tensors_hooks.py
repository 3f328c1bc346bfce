"""Autograd records as usual, but hooks keep a number in the place of each tensor, and recompute all at the first need."""
import torch


class Done(Exception):
    pass


def checkpointed(function, *inputs):
    state = torch.get_rng_state()
    kept = {}
    count = 0

    def pack(tensor):
        nonlocal count
        count += 1
        return count

    def again():
        found = []

        def note(tensor):
            found.append(tensor.detach())
            return tensor

        now = torch.get_rng_state()
        torch.set_rng_state(state)
        with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
            function(*[x.detach().requires_grad_(x.requires_grad) for x in inputs])
        torch.set_rng_state(now)
        kept.update(enumerate(found, start=1))

    def unpack(number):
        if number not in kept:
            again()
        return kept.pop(number)

    with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
        return function(*inputs)
