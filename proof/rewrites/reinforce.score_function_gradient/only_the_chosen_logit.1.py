"""np.add.at with 1 - pi of the visits"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    p = softmax(logits)[states, actions]
    grad = np.zeros(logits.shape)
    np.add.at(grad, (states, actions), weights * (1.0 - p))
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
