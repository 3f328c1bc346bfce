"""each strategy starts from the one before and replaces one entry"""


def ceiling(numbers, among):
    return -(numbers // -among)


def plan(strategy, part, data):
    if strategy == "DDP":
        return {"weights": part, "gradients": part, "states": part}
    if strategy == "ZeRO-1":
        return plan("DDP", part, data) | {"states": ceiling(part, data)}
    if strategy == "ZeRO-2":
        return plan("ZeRO-1", part, data) | {"gradients": ceiling(part, data)}
    if strategy == "ZeRO-3":
        return plan("ZeRO-2", part, data) | {"weights": ceiling(part, data)}
    raise ValueError("strategy is DDP, ZeRO-1, ZeRO-2 or ZeRO-3")


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    numbers = plan(strategy, ceiling(parameters, tensor * pipeline), data)
    weights = 2 * numbers["weights"]
    gradients = 2 * numbers["gradients"] if learns else 0
    states = 3 * 2 * numbers["states"] if learns else 0
    return weights, gradients, states
