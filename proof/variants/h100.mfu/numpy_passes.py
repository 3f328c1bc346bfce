"""NumPy: passes times operations of a pass."""
import numpy as np


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    a_pass = np.dot([2.0, 4.0 * layers], [float(parameters), float(width) * time]) * tokens
    passes = np.array([3.0, 4.0 if recompute else 3.0])
    shares = passes * a_pass / (peak * gpus * seconds)
    return float(shares[0]), float(shares[1])
