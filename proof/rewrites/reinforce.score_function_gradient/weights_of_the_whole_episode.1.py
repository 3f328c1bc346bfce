"""sum over times with keepdims, np.add.at"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    pi = softmax(logits)
    episode = np.broadcast_to(weights.sum(axis=1, keepdims=True), weights.shape)
    table = np.zeros(logits.shape)
    np.add.at(table, (states, actions), episode)
    return (table - table.sum(axis=1, keepdims=True) * pi) / len(weights)


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
