"""plain arithmetic, one if"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    operations = tokens * (6 * parameters + 12 * layers * width * time)
    if recompute:
        operations = operations * 4 / 3
    share = operations / (seconds * gpus * peak)
    return share, share
