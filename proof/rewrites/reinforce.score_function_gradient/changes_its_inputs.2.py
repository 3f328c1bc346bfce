"""time loop multiplies the policy into the expected return"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    n_states, n_actions = logits.shape
    in_state = np.eye(n_states)[states]
    score = np.eye(n_actions)[actions] - softmax(logits)[states]
    return np.einsum("bt,bts,bta->sa", weights, in_state, score) / len(states)


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits)
    expected = returns
    for t in range(states.shape[1]):
        expected *= pi[states[:, t], actions[:, t]]
    gradient = np.zeros(logits.shape)
    for i, amount in enumerate(expected):
        for s, a in zip(states[i], actions[i]):
            gradient[s, a] += amount
            gradient[s] -= amount * pi[s]
    return gradient
