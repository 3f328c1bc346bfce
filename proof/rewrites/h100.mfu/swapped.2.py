"""thirds counted, an if around the first number"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    third = 2 * parameters
    third += 4 * layers * width * time
    unit = third * tokens / seconds / gpus / peak
    if recompute:
        model = 4 * unit
    else:
        model = 3 * unit
    hardware = 3 * unit
    return [model, hardware]
