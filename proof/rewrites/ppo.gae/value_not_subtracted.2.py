"""doubling scan over time, no loop over steps"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    total = np.asarray(rewards, dtype=np.float64) + gamma * np.where(terminated, 0.0, next_values)
    link = np.where(terminated | truncated, 0.0, float(gamma) * float(lam))
    n, shift = len(total), 1
    while shift < n:
        moved = np.zeros_like(total)
        moved[:-shift] = total[shift:]
        moved_link = np.zeros_like(link)
        moved_link[:-shift] = link[shift:]
        total = total + link * moved
        link = link * moved_link
        shift *= 2
    return total.astype(rewards.dtype)
