"""scores and weighted sums apart, a dict of counts"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    matrix_forward = 2 * parameters
    scores_forward = 2 * width * time
    sums_forward = 2 * width * time
    forward = tokens * (matrix_forward + scores_forward + sums_forward)
    flops = {"model": 3 * forward, "hardware": (3 + recompute) * forward}
    budget = seconds * peak * gpus
    return [flops["model"] / budget, flops["hardware"] / budget]
