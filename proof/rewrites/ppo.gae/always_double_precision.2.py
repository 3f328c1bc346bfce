"""python floats gathered into lists"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    table = []
    below = [0.0] * rewards.shape[1]
    for t in reversed(range(rewards.shape[0])):
        row = []
        for e, ahead in enumerate(below):
            a = float(rewards[t, e]) - float(values[t, e])
            if not terminated[t, e]:
                a += gamma * float(next_values[t, e])
                if not truncated[t, e]:
                    a += gamma * lam * ahead
            row.append(a)
        table.append(row)
        below = row
    return np.array(table[::-1])
