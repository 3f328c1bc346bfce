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
        end = len(v) - 1
        d = r - v
        a = np.zeros_like(d)
        carry = 0.0
        for k in range(end, -1, -1):
            if k + 1 < end:
                d[k] += gamma * v[k + 1]
            else:
                carry = 0.0
            carry = d[k] + gamma * lam * carry
            a[k] = carry
        A[i, idx] = a
    return torch.from_numpy(A)


def whiten(advantages, mask):
    A, M = advantages.detach().numpy(), mask.numpy()
    W = np.zeros(A.shape, dtype=A.dtype)
    x = A[M].astype(np.float64)
    W[M] = (x - x.mean()) / (x.std() + 1e-8)
    return torch.from_numpy(W)
