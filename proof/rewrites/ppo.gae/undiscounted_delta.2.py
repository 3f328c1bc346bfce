"""small class for one environment, python floats"""
import numpy as np


class Estimator:
    def __init__(self, gamma, lam):
        self.decay = float(gamma * lam)
        self.future = 0.0

    def push(self, reward, value, next_value, terminated, truncated):
        surprise = reward - value
        if not terminated:
            surprise += next_value
        if terminated or truncated:
            self.future = 0.0
        self.future = surprise + self.decay * self.future
        return self.future


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    out = np.empty_like(rewards)
    for e in range(rewards.shape[1]):
        est = Estimator(gamma, lam)
        for t in reversed(range(rewards.shape[0])):
            out[t, e] = est.push(
                float(rewards[t, e]), float(values[t, e]), float(next_values[t, e]), terminated[t, e], truncated[t, e]
            )
    return out
