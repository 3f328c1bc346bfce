"""visit objects in loops, both functions"""
import numpy as np
from curriculum.attention import softmax


class Table:
    def __init__(self, logits):
        self.pi = softmax(logits)
        self.grad = np.zeros(logits.shape)

    def visit(self, state, action, amount):
        self.grad[state, action] += amount * (1 - self.pi[state, action])

    def likelihood(self, states, actions):
        result = 1.0
        for s, a in zip(states, actions):
            result *= self.pi[s, a]
        return result


def score_function_gradient(logits, states, actions, weights):
    table = Table(logits)
    for sample in zip(states, actions, weights):
        for s, a, w in zip(*sample):
            table.visit(s, a, w)
    return table.grad / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    table = Table(logits)
    for path_s, path_a, value in zip(states, actions, returns):
        amount = table.likelihood(path_s, path_a) * value
        for s, a in zip(path_s, path_a):
            table.visit(s, a, amount)
    return table.grad
