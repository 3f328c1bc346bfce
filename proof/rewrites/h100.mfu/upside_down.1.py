"""three named amounts of operations"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    needed = (6 * parameters + 12 * layers * width * time) * tokens
    done = needed * 4 / 3 if recompute else needed
    possible = seconds * gpus * peak
    return possible / needed, possible / done
