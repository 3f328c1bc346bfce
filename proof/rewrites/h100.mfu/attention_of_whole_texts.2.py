"""products of matrices counted by shape"""


def product(rows, inner, columns):
    return 2 * rows * inner * columns


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    scores = product(time, width, time)
    weighted = product(time, time, width)
    forward = tokens * (2 * parameters + layers * (scores + weighted))
    backward = 2 * forward
    again = forward if recompute else 0
    rate = 1 / (seconds * gpus * peak)
    return [(forward + backward) * rate, (forward + backward + again) * rate]
