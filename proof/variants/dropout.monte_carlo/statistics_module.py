"""statistics.fmean and pstdev for each element, returned in the dtype of the outputs."""
from statistics import fmean, pstdev

import numpy as np


def mc_dropout(model, x, samples):
    model.eval()
    model.train()
    outputs = [np.array(model(x)) for _ in range(samples)]
    model.eval()
    shape, dtype = outputs[0].shape, outputs[0].dtype
    series = list(zip(*(output.ravel().tolist() for output in outputs)))
    mean = np.array([fmean(values) for values in series], dtype=dtype).reshape(shape)
    std = np.array([pstdev(values) for values in series], dtype=dtype).reshape(shape)
    return mean, std
