"""a loop over passes that adds operations"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    training = 6 * parameters + 12 * layers * width * time
    passes = ["forward"]
    if recompute:
        passes.append("forward again")
    made = []
    total = 0.0
    for _ in passes:
        total += training * tokens / 3
        made.append(total)
    rate = gpus * peak
    return [made[0] / seconds / rate, made[-1] / seconds / rate]
