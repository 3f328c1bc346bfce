"""dictionary of masks by shape, list comprehension"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.rate = float(dropout_rate)
        self.training = True
        self.rng = np.random.default_rng()
        self.masks = {}

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def mask_for(self, shape):
        if shape not in self.masks:
            draws = self.rng.random(shape)
            self.masks[shape] = (draws >= self.rate).ravel().tolist()
        return self.masks[shape]

    def __call__(self, x):
        if not self.training:
            return x.copy()

        values = [v / (1 - self.rate) if m else 0.0
                  for v, m in zip(x.ravel().tolist(), self.mask_for(x.shape))]
        return np.array(values, dtype=x.dtype).reshape(x.shape)
