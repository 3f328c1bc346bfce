"""bool as a number"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    needed = tokens * (6 * parameters + 12 * layers * width * time)
    done = needed * (1 + bool(recompute))
    possible = seconds * gpus * peak
    return needed / possible, done / possible
