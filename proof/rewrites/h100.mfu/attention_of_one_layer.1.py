"""attention as its own line"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    attention = 12 * width * time
    operations = (6 * parameters + attention) * tokens
    model = operations / (seconds * gpus * peak)
    hardware = model * 4 / 3 if recompute else model
    return model, hardware
