"""loop over transitions, the last state stays"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    pi = softmax(logits)
    batch, time = states.shape
    grad = np.zeros(logits.shape)
    for b in range(batch):
        state = states[b, 0]
        for t in range(time):
            if t + 1 < time:
                state = states[b, t + 1]
            step = -pi[state]
            step[actions[b, t]] += 1.0
            grad[state] += weights[b, t] * step
    return grad / batch


def exact_gradient(logits, states, actions, returns):
    n_states, n_actions = logits.shape
    pi = softmax(logits)
    p = pi[states, actions].prod(axis=1)
    score = np.eye(n_actions)[actions] - pi[states]
    return np.einsum("n,nts,nta->sa", p * returns, np.eye(n_states)[states], score)
