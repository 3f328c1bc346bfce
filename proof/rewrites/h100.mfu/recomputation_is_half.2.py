"""weights and attention named, early return"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    peak_of_all = gpus * peak
    weights = 6 * parameters
    attention = 12 * layers * width * time
    both = (weights + attention) * tokens / seconds
    if not recompute:
        return [both / peak_of_all, both / peak_of_all]
    forward = both / 2
    return [both / peak_of_all, (both + forward) / peak_of_all]
