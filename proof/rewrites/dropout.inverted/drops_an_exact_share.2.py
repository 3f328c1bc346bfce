"""shuffled list of zeros and ones, loop"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.rate = float(dropout_rate)
        self.training = True
        self.rng = np.random.default_rng()

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training or self.rate == 0:
            return x.copy()

        dropped = round(x.size * self.rate)
        mask = [0] * dropped + [1] * (x.size - dropped)
        self.rng.shuffle(mask)
        values = [v * m / (1 - self.rate) for v, m in zip(x.ravel().tolist(), mask)]
        return np.array(values, dtype=x.dtype).reshape(x.shape)
