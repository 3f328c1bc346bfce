"""numpy's own check: choice raises ValueError for probabilities outside [0, 1]."""
import numpy as np

rng = np.random.default_rng()


def dropout_mask(shape, dropout_rate):
    probabilities = [dropout_rate, 1 - dropout_rate]
    return np.asarray(rng.choice([False, True], size=tuple(shape), p=probabilities))
