"""Helpers and loops over blocks and heads."""


def linear(n_in, n_out):
    return n_in * n_out + n_out


def norm(width):
    return 2 * width


def product(a, b, c):
    return 2 * a * b * c


def parameter_count(config):
    d = config.d_model
    total = config.vocab_size * d
    for _ in range(config.n_layer):
        total += norm(d)
        for _ in ("q", "k", "v", "output"):
            total += linear(d, d)
        total += norm(d)
        total += linear(d, 4 * d) + linear(4 * d, d)
    return total + norm(d)


def training_flops_per_token(config, time):
    d = config.d_model
    width = d // config.n_head
    forward = 0
    for _ in range(config.n_layer):
        forward += 4 * product(time, d, d)
        for _ in range(config.n_head):
            forward += product(time, width, time) + product(time, time, width)
        forward += product(time, d, 4 * d) + product(time, 4 * d, d)
    forward += product(time, d, config.vocab_size)
    backward = 2 * forward
    return (forward + backward) // time
