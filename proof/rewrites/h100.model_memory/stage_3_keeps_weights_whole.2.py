"""an IntEnum, compared in one expression"""
from enum import IntEnum


class Stage(IntEnum):
    DDP = 0
    STATES = 1
    GRADIENTS = 2


NAMES = {"DDP": Stage.DDP, "ZeRO-1": Stage.STATES, "ZeRO-2": Stage.GRADIENTS, "ZeRO-3": Stage.GRADIENTS}


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    stage = NAMES.get(strategy)
    if stage is None:
        raise ValueError(f"{strategy!r} is not known")
    group = tensor * pipeline
    numbers = (parameters + group - 1) // group
    fewer = (numbers + data - 1) // data
    weights = 2 * numbers
    gradients = 2 * (fewer if stage >= Stage.GRADIENTS else numbers)
    states = 12 * (fewer if stage >= Stage.STATES else numbers)
    return (weights, gradients, states) if learns else (weights, 0, 0)
