"""Python floats, text by text; sums"""
import torch


def _kept_columns(row):
    return [t for t, on in enumerate(row) if on]


def token_advantages(rewards, values, mask, gamma, lam):
    table = []
    for r, v, m in zip(rewards.tolist(), values.tolist(), mask.tolist()):
        line = [0.0] * len(m)
        ahead_v, ahead_a = 0.0, 0.0
        for t in reversed(_kept_columns(m)):
            delta = r[t] + gamma * ahead_v - v[t]
            ahead_a = delta + gamma * lam * ahead_a
            ahead_v = v[t]
            line[t] = ahead_a
        table.append(line)
    return torch.tensor(table, dtype=rewards.dtype)


def whiten(advantages, mask):
    rows, m = advantages.tolist(), mask.tolist()
    kept = [a for row, on in zip(rows, m) for a, k in zip(row, on) if k]
    n = len(kept)
    mean = sum(kept) / n
    std = sum((a - mean) ** 2 for a in kept) / n
    result = [[(a - mean) / (std + 1e-8) if k else 0.0 for a, k in zip(row, on)] for row, on in zip(rows, m)]
    return torch.tensor(result, dtype=advantages.dtype)
