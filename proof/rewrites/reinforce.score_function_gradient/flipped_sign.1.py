"""softmax minus one-hot, einsum"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    error = softmax(logits)[states]
    error = error - np.eye(logits.shape[1])[actions]
    rows = np.eye(logits.shape[0])[states]
    return np.einsum("bts,bta,bt->sa", rows, error, weights) / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits)
    p = np.prod(pi[states, actions], axis=1)
    share = np.repeat((p * returns)[:, None], states.shape[1], axis=1)
    visits = np.zeros(logits.shape)
    np.add.at(visits, (states, actions), share)
    return visits - visits.sum(axis=1, keepdims=True) * pi
