"""Wheel class that walks along the pieces"""
import numpy as np
from curriculum.attention import softmax


class Wheel:
    def __init__(self, probabilities):
        self.probabilities = [float(p) for p in probabilities]
        self.size = sum(self.probabilities)

    def spin(self, u):
        place = u * self.size
        index = -1
        end = 0.0
        for p in self.probabilities:
            end += p
            if place < end:
                break
            index += 1
        return index


def sample_categorical(logits, rng):
    probs = softmax(logits)
    lead = probs.shape[:-1]
    us = rng.random(lead)
    result = np.zeros(lead, dtype=np.int64)
    for i in np.ndindex(*lead):
        result[i] = Wheel(probs[i]).spin(us[i] if lead else us)
    return result
