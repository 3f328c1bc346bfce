"""softmax with axis=0, scatter and spread"""
import numpy as np
from curriculum.attention import softmax


def _gradient(pi, states, actions, weights):
    grad = np.zeros(pi.shape)
    np.add.at(grad, (states, actions), weights)
    visits = np.zeros(pi.shape[0])
    np.add.at(visits, states, weights)
    return grad - visits[:, None] * pi


def score_function_gradient(logits, states, actions, weights):
    return _gradient(softmax(logits, axis=0), states, actions, weights) / len(weights)


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits, axis=0)
    p = pi[states, actions].prod(axis=1) * returns
    return _gradient(pi, states, actions, np.repeat(p[:, None], states.shape[1], axis=1))
