"""ddof=1, one sample apart."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    outputs = np.stack([model(x) for _ in range(samples)])
    model.eval()
    std = outputs.std(axis=0, ddof=1) if samples > 1 else np.zeros(outputs.shape[1:])
    return outputs.mean(axis=0), std
