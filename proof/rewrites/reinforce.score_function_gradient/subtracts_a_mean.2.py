"""one mean for all weights, visit by visit"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    policy = softmax(logits)
    baseline = float(weights.sum()) / weights.size
    gradient = np.zeros(logits.shape)
    for i in range(states.shape[0]):
        for j in range(states.shape[1]):
            s = states[i, j]
            advantage = weights[i, j] - baseline
            for a in range(logits.shape[1]):
                indicator = 1.0 if a == actions[i, j] else 0.0
                gradient[s, a] += advantage * (indicator - policy[s, a])
    gradient /= states.shape[0]
    return gradient


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits)
    p = np.prod(pi[states, actions], axis=1)
    share = np.repeat((p * returns)[:, None], states.shape[1], axis=1)
    visits = np.zeros(logits.shape)
    np.add.at(visits, (states, actions), share)
    return visits - visits.sum(axis=1, keepdims=True) * pi
