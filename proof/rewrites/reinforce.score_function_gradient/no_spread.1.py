"""np.add.at"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    grad = np.zeros(logits.shape)
    np.add.at(grad, (states, actions), weights)
    return grad / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    n_states, n_actions = logits.shape
    pi = softmax(logits)
    p = pi[states, actions].prod(axis=1)
    score = np.eye(n_actions)[actions] - pi[states]
    return np.einsum("n,nts,nta->sa", p * returns, np.eye(n_states)[states], score)
