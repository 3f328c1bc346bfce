"""counted product by product"""


def products(parameters, layers, width, time):
    through_weights = parameters
    queries_with_keys = layers * width * time
    weights_with_values = layers * width * time
    return through_weights + queries_with_keys + weights_with_values


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    forward = products(parameters, layers, width, time) * tokens
    backward = 2 * forward
    needed = forward + backward
    done = needed
    if recompute:
        done += forward
    return [x / peak / gpus / seconds for x in (needed, done)]
