"""Samples fill the last axis of a Fortran-ordered buffer; results are Fortran-ordered."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    first = model(x)
    buffer = np.empty(first.shape + (samples,), dtype=first.dtype, order="F")
    buffer[..., 0] = first
    for sample in range(1, samples):
        buffer[..., sample] = model(x)
    model.eval()
    mean = np.asfortranarray(buffer.mean(axis=-1)).reshape(first.shape, order="F")
    std = np.asfortranarray(buffer.std(axis=-1)).reshape(first.shape, order="F")
    return mean, std
