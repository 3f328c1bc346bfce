"""collects the real steps of each environment, then scatters back"""
import numpy as np


def real_steps(done):
    steps, resetting = [], False
    for t, d in enumerate(done):
        if resetting:
            resetting = False
            continue
        steps.append(t)
        resetting = bool(d)
    return steps


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    result = np.zeros(rewards.shape, dtype=rewards.dtype)
    done = np.logical_or(terminated, truncated)
    for e in range(rewards.shape[1]):
        a = 0.0
        for t in reversed(real_steps(done[:, e])):
            future = 0.0 if terminated[t, e] else float(next_values[t, e])
            if done[t, e]:
                a = 0.0
            a = float(rewards[t, e]) + gamma * future - float(values[t, e]) + gamma * lam * a
            result[t, e] = a
    return result
