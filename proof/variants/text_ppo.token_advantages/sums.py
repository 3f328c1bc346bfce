"""The advantages as sums of what is left, text by text; the whitening in NumPy."""
import numpy as np
import torch


def token_advantages(rewards, values, mask, gamma, lam):
    found = torch.zeros(rewards.shape, dtype=rewards.dtype)
    for b in range(len(rewards)):
        columns = mask[b].nonzero().flatten().tolist()
        r = [rewards[b, t].item() for t in columns]
        v = [values[b, t].item() for t in columns] + [0.0]
        deltas = [r[i] + gamma * v[i + 1] - v[i] for i in range(len(columns))]
        for i, t in enumerate(columns):
            found[b, t] = sum((gamma * lam) ** k * d for k, d in enumerate(deltas[i:]))
    return found


def whiten(advantages, mask):
    a, kept = advantages.detach().numpy(), mask.numpy()
    out = np.zeros(a.shape, a.dtype)
    chosen = a[kept].astype(np.float64)
    out[kept] = (chosen - np.mean(chosen)) / (np.std(chosen) + 1e-8)
    return torch.from_numpy(out)
