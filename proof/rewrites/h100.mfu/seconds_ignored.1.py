"""model and hardware operations, one divisor"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    model = (6 * parameters + 12 * layers * width * time) * tokens
    hardware = model
    if recompute:
        hardware = model + model / 3
    available = gpus * peak
    return model / available, hardware / available
