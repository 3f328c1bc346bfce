"""early return of a tuple"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    per_token = 6 * parameters + 6 * layers * width * time
    model = per_token * tokens / (seconds * gpus * peak)
    if recompute:
        return model, model * 4 / 3
    return model, model
