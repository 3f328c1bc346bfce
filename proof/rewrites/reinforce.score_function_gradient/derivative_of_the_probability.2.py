"""p (one-hot - p), scattered with np.add.at"""
import numpy as np
from curriculum.attention import softmax


def _softmax_derivative(pi, states, actions):
    rows = pi[states]
    p = np.take_along_axis(rows, actions[..., None], axis=-1)
    hot = (np.arange(pi.shape[1]) == actions[..., None]).astype(float)
    return p * (hot - rows)


def score_function_gradient(logits, states, actions, weights):
    pieces = weights[..., None] * _softmax_derivative(softmax(logits), states, actions)
    grad = np.zeros(logits.shape)
    np.add.at(grad, states, pieces)
    return grad / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    policy = softmax(logits)
    total = np.zeros(logits.shape)
    for path_states, path_actions, value in zip(states, actions, returns):
        probability = 1.0
        score = np.zeros(logits.shape)
        for s, a in zip(path_states, path_actions):
            probability *= policy[s, a]
            score[s, a] += 1.0
            score[s] -= policy[s]
        total += probability * value * score
    return total
