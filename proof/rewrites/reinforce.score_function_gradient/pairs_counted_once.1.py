"""fancy assignment for the chosen logits, bincount for the states"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    grad = np.zeros_like(logits)
    grad[states, actions] += weights
    mass = np.bincount(states.ravel(), weights=weights.ravel(), minlength=len(logits))
    grad -= mass[:, None] * softmax(logits)
    return grad / len(states)


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
