"""exact fractions, a first stage for each array"""
import math
from fractions import Fraction

FIRST_STAGE_THAT_CUTS = {"weights": 3, "gradients": 2, "states": 1}
BYTES = {"weights": 2, "gradients": 2, "states": 12}


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    stages = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": 2, "ZeRO-3": 3}
    if strategy not in stages:
        raise ValueError("no such strategy")
    part = math.floor(Fraction(parameters, tensor * pipeline))
    result = []
    for array, first in FIRST_STAGE_THAT_CUTS.items():
        numbers = part
        if stages[strategy] >= first:
            numbers = math.floor(Fraction(part, data))
        if array != "weights" and not learns:
            numbers = 0
        result.append(numbers * BYTES[array])
    return result
