"""Population std over the root of samples."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    outputs = np.array([model(x) for _ in range(samples)])
    model.eval()
    return outputs.mean(0), outputs.std(0) / np.sqrt(samples)
