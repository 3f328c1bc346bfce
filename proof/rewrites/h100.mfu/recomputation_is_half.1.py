"""factor in one conditional expression"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    operations = (6 * parameters + 12 * layers * width * time) * tokens
    model = operations / (seconds * gpus * peak)
    hardware = model * (1.5 if recompute else 1.0)
    return model, hardware
