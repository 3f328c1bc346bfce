"""class methods, constructor resets the mode, loop"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.keep = 1.0 - float(dropout_rate)
        self.train()

    @classmethod
    def train(cls):
        cls.mode = "train"

    @classmethod
    def eval(cls):
        cls.mode = "eval"

    def __call__(self, x):
        if self.mode == "eval":
            return x.copy()
        values = []
        for value in x.ravel().tolist():
            values.append(value / self.keep if np.random.random() < self.keep else 0.0)
        return np.array(values, dtype=x.dtype).reshape(x.shape)
