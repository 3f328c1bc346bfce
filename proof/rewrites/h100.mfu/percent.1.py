"""one share, and the other from it"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    operations = (6 * parameters + 12 * layers * width * time) * tokens
    model = 100 * operations / (seconds * gpus * peak)
    hardware = model * 4 / 3 if recompute else model
    return model, hardware
