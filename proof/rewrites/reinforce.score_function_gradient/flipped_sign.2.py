"""gradient of the negative log-likelihood, visit by visit"""
import numpy as np
from curriculum.attention import softmax


def _nll_gradient(policy, s, a):
    g = np.zeros(policy.shape)
    g[s] = policy[s]
    g[s, a] -= 1.0
    return g


def score_function_gradient(logits, states, actions, weights):
    policy = softmax(logits)
    grads = np.zeros(logits.shape)
    for b, t in np.ndindex(*states.shape):
        grads += weights[b, t] * _nll_gradient(policy, states[b, t], actions[b, t])
    return grads / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    policy = softmax(logits)
    grads = np.zeros(logits.shape)
    for n, value in enumerate(returns):
        p = np.prod(policy[states[n], actions[n]])
        for s, a in zip(states[n], actions[n]):
            grads += p * value * _nll_gradient(policy, s, a)
    return grads
