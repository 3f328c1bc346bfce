"""a helper for utilisation, forward and backward apart"""


def utilisation(operations, seconds, gpus, peak):
    made_possible = float(seconds) * gpus * peak
    return operations / made_possible


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    forward = 2 * parameters * tokens + 4 * layers * width * time * tokens
    backward = 4 * parameters * tokens + 8 * layers * width * time * tokens
    model = forward + backward
    hardware = forward + backward
    return [utilisation(operations, seconds, gpus, peak) for operations in (model, hardware)]
