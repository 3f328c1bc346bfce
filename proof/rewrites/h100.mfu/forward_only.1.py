"""forward pass named, one capacity"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    forward = (2 * parameters + 4 * layers * width * time) * tokens
    model = forward
    hardware = 2 * forward if recompute else forward
    capacity = seconds * gpus * peak
    return model / capacity, hardware / capacity
