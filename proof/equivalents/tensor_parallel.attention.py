"""Mutants of ParallelAttention that cannot differ from it."""

import torch

from autograder.catalog import exercise_named
from autograder.certificate.mutants import mutants
from curriculum.fabric import on_ranks

LEAF = "`nn.Parameter` makes a leaf of whatever it is given, and nothing else holds the copy."
BIAS = "self.qkv_bias = nn.Parameter(qkv_bias.detach().unflatten({}, (3, -1))[:, mine].flatten().clone())"
ARGUMENTS = {f"{BIAS.format(0)} → {BIAS.format(' -1')}": "A bias has one axis: the first is the last."} | {
    mutant.name: LEAF
    for mutant in mutants(exercise_named("tensor_parallel.attention"))
    if mutant.operator == "dropped detach"
}


def outcome(names, rng):
    d = 2 * int(rng.integers(1, 4))
    shapes = ((3 * d, d), (3 * d,), (d, d), (d,))
    weights = [torch.from_numpy(rng.standard_normal(shape)).requires_grad_() for shape in shapes]
    x = torch.from_numpy(rng.standard_normal((1, int(rng.integers(1, 5)), d)))

    def program(comm):
        module = names["ParallelAttention"](*weights, 2, comm)
        output = module(x)
        output.square().sum().backward()
        assert all(parameter.is_leaf for parameter in module.parameters())
        return output.detach().numpy(), [parameter.grad.numpy() for parameter in module.parameters()]

    found = on_ranks(2, program)[0]
    return found, [weight.grad is None for weight in weights]
