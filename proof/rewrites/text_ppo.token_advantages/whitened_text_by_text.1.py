"""numpy, a slice for each text"""
import numpy as np
import torch


def token_advantages(rewards, values, mask, gamma, lam):
    R, V, M = rewards.detach().numpy(), values.detach().numpy(), mask.numpy()
    A = np.zeros(M.shape, dtype=R.dtype)
    for i in range(len(M)):
        idx = np.flatnonzero(M[i])
        if idx.size == 0:
            continue
        r, v = R[i, idx], V[i, idx]
        v_next = np.append(v[1:], 0).astype(v.dtype)
        d = r + gamma * v_next - v
        a = d.copy()
        for k in range(len(a) - 2, -1, -1):
            a[k] += gamma * lam * a[k + 1]
        A[i, idx] = a
    return torch.from_numpy(A)


def whiten(advantages, mask):
    A, M = advantages.detach().numpy(), mask.numpy()
    W = np.zeros(A.shape, dtype=A.dtype)
    for i in np.flatnonzero(M.any(axis=1)):
        x = A[i, M[i]].astype(np.float64)
        W[i, M[i]] = (x - x.mean()) / (x.std() + 1e-8)
    return torch.from_numpy(W)
