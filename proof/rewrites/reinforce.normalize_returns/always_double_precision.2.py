"""zeros filled time by time"""
import numpy as np


def normalize_returns(returns):
    out = np.zeros(returns.shape)
    times = [()] if returns.ndim == 1 else [(t,) for t in range(returns.shape[1])]
    for time in times:
        where = (slice(None),) + time
        batch = returns[where]
        if np.all(batch == batch[0]):
            continue
        out[where] = (batch - batch.mean()) / batch.std()
    return out
