"""Mutants of the three modules that cannot differ from them."""

import torch

from autograder.catalog import exercise_named
from autograder.certificate.mutants import mutants
from curriculum.fabric import on_ranks

LEAF = "`nn.Parameter` makes a leaf of whatever it is given, and nothing else holds the copy."
ROWS = "self.weight = nn.Parameter(weight.detach().chunk(comm.world_size, dim=1)[comm.rank].clone())"
ARGUMENTS = {f"{ROWS} → {ROWS.replace('dim=1', 'dim=-1')}": "A matrix has two axes: the second is the last."} | {
    mutant.name: LEAF
    for mutant in mutants(exercise_named("tensor_parallel.mlp"))
    if mutant.operator == "dropped detach"
}


def outcome(names, rng):
    d, hidden = int(rng.integers(1, 5)), 2 * int(rng.integers(1, 4))
    shapes = ((hidden, d), (hidden,), (d, hidden), (d,))
    weights = [torch.from_numpy(rng.standard_normal(shape)).requires_grad_() for shape in shapes]
    x = torch.from_numpy(rng.standard_normal((int(rng.integers(1, 4)), d)))

    def program(comm):
        module = names["ParallelMLP"](*weights, comm)
        output = module(x)
        output.square().sum().backward()
        assert all(parameter.is_leaf for parameter in module.parameters())
        return output.detach().numpy(), [parameter.grad.numpy() for parameter in module.parameters()]

    found = on_ranks(2, program)[0]
    return found, [weight.grad is None for weight in weights]
