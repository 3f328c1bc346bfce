"""each visit adds a one-hot table minus the policy"""
import numpy as np
from curriculum.attention import softmax


def _score(pi, s, a):
    one_hot = np.zeros(pi.shape)
    one_hot[s, a] = 1.0
    return one_hot - pi


def score_function_gradient(logits, states, actions, weights):
    pi = softmax(logits)
    batch, time = states.shape
    total = sum(
        weights[b, t] * _score(pi, states[b, t], actions[b, t])
        for b in range(batch)
        for t in range(time)
    )
    return total / batch


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits)
    total = np.zeros(pi.shape)
    for i in range(len(returns)):
        probability = pi[states[i], actions[i]].prod()
        for s, a in zip(states[i], actions[i]):
            total += probability * returns[i] * _score(pi, s, a)
    return total
