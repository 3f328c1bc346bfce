"""two helpers with positional arguments"""
import numpy as np


def td_errors(r, v, v_next, terminal, discount):
    target = r + discount * np.where(terminal, 0.0, v_next)
    return target - v


def smooth_back(errors, cut, trace, discount):
    out = np.array(errors, dtype=np.float64)
    for row in range(out.shape[0] - 1)[::-1]:
        live = ~cut[row]
        out[row, live] += trace * discount * out[row + 1, live]
    return out


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    errors = td_errors(rewards, values, next_values, terminated, lam)
    cut = np.any([terminated, truncated], axis=0)
    return smooth_back(errors, cut, gamma, lam).astype(rewards.dtype)
