"""Visit by visit with math.exp, and the exact gradient as a difference of conditional expectations."""
import math

import numpy as np


def policy(row):
    top = max(row)
    powers = [math.exp(x - top) for x in row]
    return [p / sum(powers) for p in powers]


def score_function_gradient(logits, states, actions, weights):
    grad = np.zeros(logits.shape)
    for s_row, a_row, w_row in zip(states, actions, weights):
        for s, a, w in zip(s_row, a_row, w_row):
            for j, p in enumerate(policy(logits[s].tolist())):
                grad[s, j] += w * ((1.0 if j == a else 0.0) - p)
    return grad / len(states)


def exact_gradient(logits, states, actions, returns):
    grad = np.zeros(logits.shape)
    for s_row, a_row, r in zip(states, actions, returns):
        p = math.prod(policy(logits[s].tolist())[a] for s, a in zip(s_row, a_row))
        for s, a in zip(s_row, a_row):
            row = policy(logits[s].tolist())
            grad[s, a] += p * r
            grad[s] -= p * r * np.array(row)
    return grad
