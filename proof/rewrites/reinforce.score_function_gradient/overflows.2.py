"""log-policy from log of summed exponentials, loops"""
import numpy as np


def _log_policy(row):
    return row - np.log(np.sum(np.exp(row)))


def _add_visit(grad, logits, s, a, amount):
    grad[s] -= amount * np.exp(_log_policy(logits[s]))
    grad[s, a] += amount


def score_function_gradient(logits, states, actions, weights):
    grad = np.zeros(logits.shape)
    for index in np.ndindex(*states.shape):
        _add_visit(grad, logits, states[index], actions[index], weights[index])
    return grad / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    grad = np.zeros(logits.shape)
    for i in range(states.shape[0]):
        log_p = sum(_log_policy(logits[s])[a] for s, a in zip(states[i], actions[i]))
        for s, a in zip(states[i], actions[i]):
            _add_visit(grad, logits, s, a, np.exp(log_p) * returns[i])
    return grad
