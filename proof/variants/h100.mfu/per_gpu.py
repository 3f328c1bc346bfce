"""By operations a second and GPU."""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    forward = 2 * parameters + 4 * layers * width * time
    rate = tokens / seconds / gpus
    needed, made = 3 * forward, (4 if recompute else 3) * forward
    return [needed * rate / peak, made * rate / peak]
