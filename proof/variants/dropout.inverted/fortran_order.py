"""Fortran-ordered output, a Philox generator, and a division only where elements survive."""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        rate = float(dropout_rate)
        if not (rate >= 0 and rate < 1):
            raise ValueError("dropout_rate must satisfy 0 <= dropout_rate < 1")
        self._rate = rate
        self._mode = "train"
        self._generator = np.random.Generator(np.random.Philox())

    def train(self):
        self._mode = "train"
        return self

    def eval(self):
        self._mode = "eval"
        return self

    def __call__(self, x):
        out = np.zeros(x.shape, dtype=x.dtype, order="F")
        if self._mode == "eval":
            out[...] = x
            return out
        survives = self._generator.uniform(size=x.shape) >= self._rate
        np.divide(x, 1.0 - self._rate, out=out, where=survives, casting="same_kind")
        return out
