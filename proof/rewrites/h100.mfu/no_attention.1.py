"""one division and a conditional expression"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    model = 6 * parameters * tokens / (seconds * gpus * peak)
    return model, model * (4 / 3 if recompute else 1)
