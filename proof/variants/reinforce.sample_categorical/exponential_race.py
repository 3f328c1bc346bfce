"""A race of exponential clocks: action a rings at E / exp(logit), and the first to ring wins."""
import numpy as np


def sample_categorical(logits, rng):
    speed = logits - np.max(logits, axis=-1, keepdims=True)
    with np.errstate(divide="ignore", over="ignore"):
        clocks = np.log(rng.standard_exponential(speed.shape)) - speed
    return np.int64(clocks.argmin(axis=-1)) if clocks.ndim == 1 else clocks.argmin(axis=-1).astype("int64")
