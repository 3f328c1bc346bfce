"""Jacobian of the softmax for each visit"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    pi = softmax(logits)
    grad = np.zeros_like(logits)
    for s, a, w in zip(states.ravel(), actions.ravel(), weights.ravel()):
        jacobian = np.diag(pi[s]) - np.outer(pi[s], pi[s])
        grad[s] += w * jacobian[a]
    return grad / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits)
    p = np.prod(pi[states, actions], axis=1)
    share = np.repeat((p * returns)[:, None], states.shape[1], axis=1)
    visits = np.zeros(logits.shape)
    np.add.at(visits, (states, actions), share)
    return visits - visits.sum(axis=1, keepdims=True) * pi
