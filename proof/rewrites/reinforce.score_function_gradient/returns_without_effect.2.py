"""sequence by sequence, P times the score"""
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
    gradient = np.zeros(logits.shape)
    for path_states, path_actions in zip(states, actions):
        p = 1.0
        for s, a in zip(path_states, path_actions):
            p = p * pi[s, a]
        for s, a in zip(path_states, path_actions):
            gradient[s] -= p * pi[s]
            gradient[s, a] += p
    return gradient
