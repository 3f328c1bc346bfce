"""Upper triangle of ones, as bool."""
import numpy as np


def causal_mask(time):
    # Start from "everything is allowed" and keep one triangle.
    everything = np.ones((time, time), dtype=bool)
    mask = np.triu(everything)
    return mask
