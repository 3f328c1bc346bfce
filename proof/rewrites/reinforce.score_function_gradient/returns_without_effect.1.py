"""probabilities as weights, einsum"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    n_states, n_actions = logits.shape
    in_state = np.eye(n_states)[states]
    score = np.eye(n_actions)[actions] - softmax(logits)[states]
    return np.einsum("bt,bts,bta->sa", weights, in_state, score) / len(states)


def exact_gradient(logits, states, actions, returns):
    n_states, n_actions = logits.shape
    pi = softmax(logits)
    p = pi[states, actions].prod(axis=1)
    score = np.eye(n_actions)[actions] - pi[states]
    return np.einsum("n,nts,nta->sa", p, np.eye(n_states)[states], score)
