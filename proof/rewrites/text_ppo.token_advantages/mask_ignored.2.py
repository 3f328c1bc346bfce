"""numpy, columns from the back"""
import numpy as np
import torch


def token_advantages(rewards, values, mask, gamma, lam):
    R, V, M = rewards.detach().numpy(), values.detach().numpy(), mask.numpy()
    A = np.zeros(M.shape, dtype=R.dtype)
    d = R - V
    d[:, :-1] += gamma * V[:, 1:]
    a = d.copy()
    for k in range(a.shape[1] - 2, -1, -1):
        a[:, k] += gamma * lam * a[:, k + 1]
    A[M] = a[M]
    return torch.from_numpy(A)


def whiten(advantages, mask):
    A, M = advantages.detach().numpy(), mask.numpy()
    W = np.zeros(A.shape, dtype=A.dtype)
    x = A[M].astype(np.float64)
    W[M] = (x - x.mean()) / (x.std() + 1e-8)
    return torch.from_numpy(W)
