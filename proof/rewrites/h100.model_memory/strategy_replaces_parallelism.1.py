"""two shares computed first, then picked by a dict of tuples"""


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    by_model = -(-parameters // (tensor * pipeline))
    by_data = -(-parameters // data)
    picked = {
        "DDP": (by_model, by_model, by_model),
        "ZeRO-1": (by_model, by_model, by_data),
        "ZeRO-2": (by_model, by_data, by_data),
        "ZeRO-3": (by_data, by_data, by_data),
    }.get(strategy)
    if picked is None:
        raise ValueError(f"unknown strategy: {strategy}")
    weights, gradients, states = picked
    if learns:
        return 2 * weights, 2 * gradients, 12 * states
    return 2 * weights, 0, 0
