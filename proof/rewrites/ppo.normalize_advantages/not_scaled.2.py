"""numpy baseline, python mean"""
import math

import numpy as np
import torch


def baseline(numbers):
    return math.fsum(numbers) / len(numbers)


def normalize_advantages(advantages):
    array = advantages.detach().numpy().astype(np.float64)
    average = baseline(array.ravel().tolist())
    centred = np.subtract(array, average)
    return torch.tensor(centred, dtype=advantages.dtype)
