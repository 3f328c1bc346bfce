"""Mutants of run_stage that cannot differ from it."""

import torch
from torch import nn

from autograder.catalog import exercise_named
from autograder.certificate.mutants import mutants
from curriculum.fabric import on_ranks
from curriculum.pipeline import gpipe_schedule, one_f_one_b_schedule

RANKS = "No rank is below 0, and none has a right neighbour beyond the number of ranks."
KINDS = 'A pass is "F" or "B", and "B" comes first in the alphabet.'
TEMPLATE = "What `template` holds means nothing to anybody: not before, and not afterwards."
ENDS = "first, last = comm.rank == 0, right == comm.world_size"
ARGUMENTS = {
    f"{ENDS} → {ENDS.replace('rank ==', 'rank <=')}": RANKS,
    f"{ENDS} → {ENDS.replace('right ==', 'right >=')}": RANKS,
    'elif kind == "B" and not last: → elif kind <= "B" and not last:': KINDS,
    'if kind == "F" and not first: → if kind >= "F" and not first:': KINDS,
    'if kind == "F": → if kind >= "F":': KINDS,
    "(nothing) → template = template * 0": TEMPLATE,
} | {
    mutant.name: TEMPLATE for mutant in mutants(exercise_named("pipeline.run_stage")) if "template_came" in mutant.name
}


def outcome(names, rng):
    stages, micro_batches = (int(n) for n in rng.integers(1, 4, size=2))
    schedule = (gpipe_schedule, one_f_one_b_schedule)[int(rng.integers(2))](stages, micro_batches)
    weights = torch.from_numpy(rng.standard_normal((stages, 2, 2)))
    inputs = list(torch.from_numpy(rng.standard_normal((micro_batches, 1, 2))))

    def program(comm):
        module = nn.Linear(2, 2, bias=False, dtype=torch.float64)
        module.weight.data = weights[comm.rank].clone()
        given = inputs if comm.rank == 0 else []
        template = torch.ones(1, 2, dtype=torch.float64)
        loss = names["run_stage"](module, schedule[comm.rank], comm, given, lambda y, i: y.square().mean(), template)
        return loss, module.weight.grad.numpy()

    return on_ranks(stages, program)[0]
