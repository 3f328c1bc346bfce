"""One element at a time, with a random.Random of the layer's own."""
import random

import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if dropout_rate < 0 or dropout_rate >= 1:
            raise ValueError("dropout_rate lies in [0, 1)")
        self.dropout_rate = dropout_rate
        self.random = random.Random()
        self.active = True

    def __call__(self, x):
        y = np.array(x)
        if self.active:
            keep = 1 - self.dropout_rate
            for index in np.ndindex(x.shape):
                y[index] = 0.0 if self.random.random() < self.dropout_rate else float(x[index]) / (keep)
        return y

    def train(self):
        self.active = True

    def eval(self):
        self.active = False
