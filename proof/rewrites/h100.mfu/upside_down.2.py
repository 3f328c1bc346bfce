"""ideal seconds computed by a closure"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    def ideal_seconds(passes):
        forward = 2 * parameters + 4 * layers * width * time
        return passes * forward * tokens / gpus / peak

    model = seconds / ideal_seconds(3)
    hardware = seconds / ideal_seconds(4 if recompute else 3)
    return [model, hardware]
