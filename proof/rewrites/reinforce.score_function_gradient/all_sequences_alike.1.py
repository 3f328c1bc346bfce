"""exact gradient as an estimate over the whole list"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    pi = softmax(logits)
    chosen = np.zeros(logits.shape)
    np.add.at(chosen, (states, actions), weights)
    return (chosen - chosen.sum(axis=1, keepdims=True) * pi) / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    weights = np.repeat(returns[:, np.newaxis], states.shape[1], axis=1)
    return score_function_gradient(logits, states, actions, weights)
