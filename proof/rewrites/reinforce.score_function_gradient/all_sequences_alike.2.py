"""loops over sequences and times"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    n_states, n_actions = logits.shape
    in_state = np.eye(n_states)[states]
    score = np.eye(n_actions)[actions] - softmax(logits)[states]
    return np.einsum("bt,bts,bta->sa", weights, in_state, score) / len(states)


def exact_gradient(logits, states, actions, returns):
    policy = softmax(logits)
    sequences, time = states.shape
    probability = 1.0 / sequences
    gradient = np.zeros_like(policy)
    for i in range(sequences):
        for t in range(time):
            s, a = states[i, t], actions[i, t]
            gradient[s, a] += probability * returns[i]
            gradient[s] -= probability * returns[i] * policy[s]
    return gradient
