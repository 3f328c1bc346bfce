"""numpy array of two counts, tolist"""
import numpy as np


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    forward, backward = 1, 2
    passes = np.array([forward + backward, forward + backward + (forward if recompute else 0)], dtype=float)
    per_pass = (2.0 * parameters + 4.0 * layers * width * time) * tokens
    one_percent = seconds * gpus * peak / 100
    return (passes * per_pass / one_percent).tolist()
