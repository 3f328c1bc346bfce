"""keys of a token by a helper, passes counted"""


def mean_keys(time):
    return time / 2


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    scores = 2 * width * mean_keys(time)
    sums = 2 * width * mean_keys(time)
    forward = tokens * (2 * parameters + layers * (scores + sums))
    possible = peak * gpus * seconds
    passes_model = 1 + 2
    passes_hardware = passes_model + (1 if recompute else 0)
    return [passes_model * forward / possible, passes_hardware * forward / possible]
