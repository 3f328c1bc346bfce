"""hardware first, model from it"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    operations = (6 * parameters + 12 * layers * width * time) * tokens
    hardware = operations / (seconds * gpus * peak)
    model = hardware
    if recompute:
        model = hardware * 3 / 4
    return model, hardware
