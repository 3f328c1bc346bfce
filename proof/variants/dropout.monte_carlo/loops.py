"""Plain Python loops over samples and elements, with math.sqrt."""
import math

import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    outputs = []
    for _ in range(samples):
        outputs.append(np.array(model(x), dtype=float))
    model.eval()
    mean = np.zeros(outputs[0].shape)
    std = np.zeros(outputs[0].shape)
    for index in np.ndindex(*mean.shape):
        values = [float(output[index]) for output in outputs]
        centre = math.fsum(values) / samples
        mean[index] = centre
        std[index] = math.sqrt(math.fsum((value - centre) ** 2 for value in values) / samples)
    return mean, std
