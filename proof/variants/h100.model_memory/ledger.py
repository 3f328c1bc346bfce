"""A ledger with a line for each array: its bytes, and the first ZeRO stage that cuts it."""
from math import ceil
from fractions import Fraction

ARRAYS = [("weights", 2, 3), ("gradients", 2, 2), ("states", 4, 1), ("states", 4, 1), ("states", 4, 1)]


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    stages = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": 2, "ZeRO-3": 3}
    try:
        stage = stages[strategy]
    except KeyError:
        raise ValueError(strategy) from None
    total = {"weights": 0, "gradients": 0, "states": 0}
    for kind, size, cut_from in ARRAYS:
        if kind != "weights" and not learns:
            continue
        mine = ceil(Fraction(parameters, tensor * pipeline))
        if stage >= cut_from:
            mine = ceil(Fraction(mine, data))
        total[kind] += size * mine
    return [total["weights"], total["gradients"], total["states"]]
