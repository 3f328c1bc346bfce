"""NumPy dot products of how often and how large, with exact Python ints (dtype object)."""


import numpy as np


def exact(*numbers):
    return np.array([int(n) for n in numbers], dtype=object)


def parameter_count(config):
    d, layers = config.d_model, config.n_layer
    sizes = exact(config.vocab_size * d, config.context * d, d * d, d)
    # 12 squares and, as vectors, 4 norms' halves, 5 biases of width d and one of 4 d in a block
    times = exact(1, 1, 12 * layers, (4 + 5 + 4) * layers + 2)
    return int(np.dot(times, sizes))


def training_flops_per_token(config, time):
    d, layers = config.d_model, config.n_layer
    products = exact(d * d, d * time, d * config.vocab_size)
    times = exact(12 * layers, 2 * layers, 1)
    return int(6 * np.dot(times, products))
