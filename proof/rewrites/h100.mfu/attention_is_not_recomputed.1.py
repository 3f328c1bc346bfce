"""6 or 8 by a conditional expression"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    attention = 12 * layers * width * time
    factor = 8 if recompute else 6
    capacity = seconds * gpus * peak
    model = (6 * parameters + attention) * tokens
    hardware = (factor * parameters + attention) * tokens
    return model / capacity, hardware / capacity
