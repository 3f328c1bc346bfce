"""itertools.accumulate over rows"""
from itertools import accumulate

import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    td = rewards - values + gamma * next_values * (1 - terminated)
    keep = gamma * lam * (1 - (terminated | truncated))

    def combine(running, row):
        error, factor = row
        return error + factor * running

    start = np.zeros(rewards.shape[1])
    rows = list(accumulate(zip(td, keep), combine, initial=start))
    return np.stack(rows[1:]).astype(rewards.dtype)
