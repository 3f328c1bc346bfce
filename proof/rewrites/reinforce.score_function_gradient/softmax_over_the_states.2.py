"""column of the table for each action, log-softmax by hand"""
import numpy as np


def _log_policy(logits):
    top = logits.max(axis=0)
    return logits - top - np.log(np.exp(logits - top).sum(axis=0))


def _add_score(grad, pi, s, a, amount):
    grad[s, a] += amount
    for other in range(len(pi)):
        grad[other, a] -= amount * pi[other, a]


def score_function_gradient(logits, states, actions, weights):
    pi = np.exp(_log_policy(logits))
    grad = np.zeros(logits.shape)
    for b, t in np.ndindex(*weights.shape):
        _add_score(grad, pi, states[b, t], actions[b, t], weights[b, t])
    return grad / len(weights)


def exact_gradient(logits, states, actions, returns):
    log_pi = _log_policy(logits)
    pi = np.exp(log_pi)
    grad = np.zeros(logits.shape)
    for i, value in enumerate(returns):
        amount = np.exp(log_pi[states[i], actions[i]].sum()) * value
        for s, a in zip(states[i], actions[i]):
            _add_score(grad, pi, s, a, amount)
    return grad
