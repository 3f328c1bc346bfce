"""Fills a Fortran-ordered array with b, then writes only the kept elements; own generator."""
import numpy as np

GENERATOR = np.random.Generator(np.random.SFC64())


def constants(p, mean, variance):
    keep = 1 - p
    a = (keep * (1 + p * mean * mean / variance)) ** -0.5
    return float(a), float(mean - a * keep * mean)


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    a, b = constants(float(dropout_rate), float(mean), float(variance))
    y = np.full(x.shape, b, dtype=x.dtype, order="F")
    kept = GENERATOR.random(x.shape) >= dropout_rate
    y[kept] = a * x[kept].astype(np.float64) + b
    return y
