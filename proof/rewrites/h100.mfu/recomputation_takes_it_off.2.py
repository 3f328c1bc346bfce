"""a dict of factors, one loop"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    step = 6 * parameters * tokens + 12 * layers * width * time * tokens
    possible = gpus * peak * seconds
    factors = {"model": 1.0, "hardware": 1.0}
    if recompute:
        factors = {"model": 3 / 4, "hardware": 4 / 3}
    shares = []
    for who in ("model", "hardware"):
        shares.append(step * factors[who] / possible)
    return shares
