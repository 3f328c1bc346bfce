"""shares added up, the second one in place"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    per_operation = tokens / (gpus * peak * seconds)
    weights_forward = 2 * parameters * per_operation
    weights_backward = 2 * weights_forward
    products_of_positions = 3 * (4 * layers * width * time) * per_operation
    hardware = model = weights_forward + weights_backward + products_of_positions
    if recompute:
        hardware += weights_forward
    return [model, hardware]
