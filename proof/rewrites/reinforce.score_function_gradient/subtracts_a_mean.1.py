"""batch mean per time, one-hot einsum"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    advantage = weights - weights.mean(axis=0)
    score = np.eye(logits.shape[1])[actions] - softmax(logits)[states]
    rows = np.eye(logits.shape[0])[states]
    return np.einsum("bt,bts,bta->sa", advantage, rows, score) / len(states)


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
