"""two lines and a tuple"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    per_token = 6 * parameters + 12 * layers * width * time
    used = per_token * tokens / seconds / (gpus * peak)
    return used, used
