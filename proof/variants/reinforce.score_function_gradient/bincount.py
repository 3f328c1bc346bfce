"""Visits as flat indices counted with bincount; the exact gradient from the weight of each visit."""
import numpy as np
from curriculum.attention import softmax


def total(logits, states, actions, weights):
    n_states, n_actions = logits.shape
    flat = np.ravel(states) * n_actions + np.ravel(actions)
    table = np.bincount(flat, weights=np.ravel(weights), minlength=n_states * n_actions)
    table = table.reshape(n_states, n_actions)
    visits = np.bincount(np.ravel(states), weights=np.ravel(weights), minlength=n_states)
    return table - visits[:, np.newaxis] * softmax(logits, axis=1)


def score_function_gradient(logits, states, actions, weights):
    return total(logits, states, actions, weights) / actions.shape[0]


def exact_gradient(logits, states, actions, returns):
    p = np.ones(len(returns))
    for t in range(actions.shape[1]):
        p = p * softmax(logits)[states[:, t], actions[:, t]]
    return total(logits, states, actions, np.repeat((p * returns)[:, None], actions.shape[1], axis=1))
