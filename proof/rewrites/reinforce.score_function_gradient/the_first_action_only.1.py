"""first column of states and actions"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    batch, time = states.shape
    pi = softmax(logits)
    grad = np.zeros(logits.shape)
    for b in range(batch):
        for t in range(time):
            s, a = states[b, t], actions[b, t]
            grad[s] -= weights[b, t] * pi[s]
            grad[s, a] += weights[b, t]
    return grad / batch


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits)
    start = pi[states[:, 0], actions[:, 0]]
    score = np.eye(logits.shape[1])[actions] - pi[states]
    gradient = np.zeros(logits.shape)
    np.add.at(gradient, states, (start * returns)[:, None, None] * score)
    return gradient
