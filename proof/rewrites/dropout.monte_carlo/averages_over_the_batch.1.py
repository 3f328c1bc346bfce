"""axis=-1 of the stack."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    outputs = np.stack([model(x) for _ in range(samples)])
    model.eval()
    return outputs.mean(axis=-1), outputs.std(axis=-1)
