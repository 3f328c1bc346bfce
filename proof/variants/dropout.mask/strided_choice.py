"""rng.choice of True and False with probabilities; every second element of a larger array, so a non-contiguous, read-only view."""
import numpy as np

rng = np.random.Generator(np.random.Philox())


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    twice = rng.choice(np.array([True, False]), size=tuple(shape) + (2,), p=[1 - dropout_rate, dropout_rate])
    view = twice[..., 1]
    if view.ndim:
        view.flags.writeable = False
        return view
    return np.array(view)
