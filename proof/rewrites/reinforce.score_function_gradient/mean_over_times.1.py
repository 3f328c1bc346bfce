"""np.add.at, divided by the number of weights"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    pi = softmax(logits)
    grad = np.zeros(logits.shape)
    score = -pi[states]
    b, t = np.indices(states.shape)
    score[b, t, actions] += 1
    np.add.at(grad, states, weights[..., None] * score)
    return grad / weights.size


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits)
    p = np.prod(pi[states, actions], axis=1)
    share = np.repeat((p * returns)[:, None], states.shape[1], axis=1)
    visits = np.zeros(logits.shape)
    np.add.at(visits, (states, actions), share)
    return visits - visits.sum(axis=1, keepdims=True) * pi
