"""iterators over the sequence, the rest only scored"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    pi = softmax(logits)
    chosen = np.zeros(logits.shape)
    np.add.at(chosen, (states, actions), weights)
    return (chosen - chosen.sum(axis=1, keepdims=True) * pi) / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits)
    gradient = np.zeros(logits.shape)
    for path, value in zip(np.stack([states, actions], axis=-1), returns):
        probability = None
        score = np.zeros(logits.shape)
        for s, a in path:
            if probability is None:
                probability = pi[s, a]
            score[s, a] += 1.0
            score[s] -= pi[s]
        gradient += probability * value * score
    return gradient
