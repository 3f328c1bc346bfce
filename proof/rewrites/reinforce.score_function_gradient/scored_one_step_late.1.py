"""slices of states from 1, actions up to the last"""
import numpy as np
from curriculum.attention import softmax


def _accumulate(logits, states, actions, weights):
    pi = softmax(logits)
    table = np.zeros(logits.shape)
    np.add.at(table, (states, actions), weights)
    return table - table.sum(axis=1, keepdims=True) * pi


def score_function_gradient(logits, states, actions, weights):
    grad = _accumulate(logits, states[:, 1:], actions[:, :-1], weights[:, :-1])
    return grad / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    p = softmax(logits)[states, actions].prod(axis=1)
    weights = np.repeat((p * returns)[:, None], states.shape[1], axis=1)
    return _accumulate(logits, states, actions, weights)
