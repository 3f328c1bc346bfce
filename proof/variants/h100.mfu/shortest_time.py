"""By the shortest time that the operations could have taken at the peak."""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    operations = tokens * 6 * parameters + tokens * 12 * layers * width * time
    shortest = operations / peak / gpus
    extra = shortest / 3 if recompute else 0.0
    return shortest / seconds, (shortest + extra) / seconds
