"""attention as a line of its own, one capacity"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    attention = 12 * layers * width * time**2
    model = (6 * parameters + attention) * tokens
    hardware = model * 4 / 3 if recompute else model
    capacity = seconds * gpus * peak
    return model / capacity, hardware / capacity
