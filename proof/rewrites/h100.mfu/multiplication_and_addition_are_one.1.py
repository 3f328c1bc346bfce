"""a name for each count"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    model = (3 * parameters + 6 * layers * width * time) * tokens
    hardware = model * 4 / 3 if recompute else model
    capacity = seconds * gpus * peak
    return model / capacity, hardware / capacity
