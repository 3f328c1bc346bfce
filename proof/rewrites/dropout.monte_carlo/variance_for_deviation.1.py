"""np.var."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    outputs = np.stack([model(x) for _ in range(samples)], axis=0)
    model.eval()
    return outputs.mean(axis=0), outputs.var(axis=0)
