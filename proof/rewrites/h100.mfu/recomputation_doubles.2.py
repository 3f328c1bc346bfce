"""map over two counts, operations of a layer first"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    def share(count):
        return count / seconds / (peak * gpus)

    in_a_layer = 12 * width * time
    in_all = sum(in_a_layer for _ in range(layers))
    model = tokens * (6 * parameters + in_all)
    hardware = model
    if recompute:
        hardware += model
    return tuple(map(share, (model, hardware)))
