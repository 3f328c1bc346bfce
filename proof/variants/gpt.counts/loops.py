"""Plain loops over lists of parameter shapes and of matrix products."""


import math


def parameter_count(config):
    d = config.d_model
    norm = [(d,), (d,)]
    square = [(d, d), (d,)]
    block = norm + 4 * square + norm + [(d, 4 * d), (4 * d,), (4 * d, d), (d,)]
    total = 0
    for shape in [(config.vocab_size, d), (config.context, d)]:
        total += math.prod(shape)
    for _ in range(config.n_layer):
        for shape in block:
            total += math.prod(shape)
    for shape in norm:
        total += math.prod(shape)
    return total


def training_flops_per_token(config, time):
    d = config.d_model
    width = d // config.n_head
    linears = [(time, d, d)] * 4 + [(time, d, 4 * d), (time, 4 * d, d)]
    head = [(time, width, time), (time, time, width)]
    operations = 0
    for _ in range(config.n_layer):
        for a, b, c in linears + config.n_head * head:
            operations += 2 * a * b * c
    operations += 2 * time * d * config.vocab_size
    return 3 * operations // time
