"""stack of gradients of the sequences, np.mean"""
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


def _sequence_gradient(pi, s, a, value):
    probability = np.prod(pi[s, a])
    g = np.zeros(pi.shape)
    for state, action in zip(s, a):
        g[state, action] += 1.0
        g[state] -= pi[state]
    return value * probability * g


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits)
    parts = [_sequence_gradient(pi, *sequence) for sequence in zip(states, actions, returns)]
    return np.mean(np.stack(parts), axis=0)
