"""Through λ-returns: R_t = r_t + γ((1 − λ)V' + λR_{t+1}), and A = R − V; what follows is read from the next row."""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    wide = [np.asarray(x, dtype=np.float64) for x in (rewards, values, next_values)]
    r, v, after = wide
    returns = np.zeros_like(r)
    for t in range(r.shape[0] - 1, -1, -1):
        if t + 1 == r.shape[0]:
            mixed = after[t]
        else:
            going_on = (1 - lam) * v[t + 1] + lam * returns[t + 1]
            mixed = np.where(truncated[t], after[t], going_on)
        returns[t] = r[t] + gamma * np.where(terminated[t], 0, mixed)
    return (returns - v).astype(rewards.dtype)
