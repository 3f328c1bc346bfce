"""two shares by plain arithmetic"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    model = (6 * parameters + 12 * layers * width * time) * tokens
    hardware = model * 4 / 3 if recompute else model
    capacity = seconds * gpus * peak
    return hardware / capacity, model / capacity
