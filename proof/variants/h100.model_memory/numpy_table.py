"""A NumPy table of exact ints (dtype object): bytes by part, times the numbers that a GPU has of each."""
import numpy as np

NAMES = ["DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3"]


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    stage = NAMES.index(strategy)  # a ValueError of its own for other names
    cuts = np.array([data if stage >= first else 1 for first in (3, 2, 1)], dtype=object)
    groups = cuts * tensor * pipeline
    mine = (parameters + groups - 1) // groups
    sizes = np.array([2, 2, 12], dtype=object) * np.array([1, int(learns), int(learns)], dtype=object)
    return tuple(int(n) for n in sizes * mine)
