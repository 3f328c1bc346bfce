"""Sampler class with its own RandomState"""
import numpy as np
from curriculum.attention import softmax


class Sampler:
    def __init__(self, seed=42):
        self.random = np.random.RandomState(seed)

    def draw(self, probabilities):
        ladder = np.cumsum(probabilities)
        return np.searchsorted(ladder, self.random.rand() * ladder[-1], side="right")


def sample_categorical(logits, rng):
    sampler = Sampler()
    probabilities = softmax(logits).astype(np.float64)
    actions = np.empty(logits.shape[:-1], dtype=np.int64)
    for i in np.ndindex(*actions.shape):
        actions[i] = sampler.draw(probabilities[i])
    return actions
