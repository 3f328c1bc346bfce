"""counts of pairs minus expected counts"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    n_states, n_actions = logits.shape
    counts = np.bincount((states * n_actions + actions).ravel(), minlength=logits.size)
    counts = counts.reshape(n_states, n_actions)
    expected = counts.sum(axis=1, keepdims=True) * softmax(logits)
    return (counts - expected) / len(states)


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits)
    p = np.prod(pi[states, actions], axis=1)
    share = np.repeat((p * returns)[:, None], states.shape[1], axis=1)
    visits = np.zeros(logits.shape)
    np.add.at(visits, (states, actions), share)
    return visits - visits.sum(axis=1, keepdims=True) * pi
