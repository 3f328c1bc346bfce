"""Query and key positions compared with each other."""
import numpy as np


def causal_mask(time):
    positions = np.arange(time)
    return positions[:, None] >= positions
