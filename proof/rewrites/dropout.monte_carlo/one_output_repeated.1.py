"""A list times samples."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    outputs = np.array([model(x)] * samples)
    model.eval()
    return outputs.mean(axis=0), outputs.std(axis=0)
