"""eval stands inside the loop."""
import numpy as np


def mc_dropout(model, x, samples):
    outputs = []
    model.train()
    for _ in range(samples):
        outputs.append(model(x))
        model.eval()
    outputs = np.array(outputs)
    return outputs.mean(axis=0), outputs.std(axis=0)
