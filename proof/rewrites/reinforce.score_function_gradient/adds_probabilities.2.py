"""plain loops with an accumulator for the probability"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    pi = softmax(logits)
    chosen = np.zeros(logits.shape)
    np.add.at(chosen, (states, actions), weights)
    return (chosen - chosen.sum(axis=1, keepdims=True) * pi) / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    policy = softmax(logits)
    gradient = np.zeros(logits.shape)
    for n in range(states.shape[0]):
        probability = 0.0
        for t in range(states.shape[1]):
            probability += policy[states[n, t], actions[n, t]]
        weight = probability * returns[n]
        for t in range(states.shape[1]):
            gradient[states[n, t]] -= weight * policy[states[n, t]]
            gradient[states[n, t], actions[n, t]] += weight
    return gradient
