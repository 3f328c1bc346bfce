"""Second moment less squared mean, of differences from the first output; x handed over as a copy."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    origin = np.array(model(x.copy()), dtype=np.float64)
    total = np.zeros_like(origin)
    total_of_squares = np.zeros_like(origin)
    for _ in range(samples - 1):
        difference = model(x.copy()) - origin
        total += difference
        total_of_squares += difference**2
    model.eval()
    shift = total / samples
    variance = np.maximum(total_of_squares / samples - shift**2, 0)
    return origin + shift, np.sqrt(variance)
