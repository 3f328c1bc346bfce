"""an object that holds numbers, filled in strategy by strategy"""
from types import SimpleNamespace


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    order = ("DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3")
    if strategy not in order:
        raise ValueError(f"{strategy!r} is none of {order}")
    part = -(-parameters // (tensor * pipeline))
    cut = -(-part // data)
    numbers = SimpleNamespace(weights=part, gradients=part, moments=part)
    if strategy != "DDP":
        numbers.moments = cut
    if strategy in order[2:]:
        numbers.gradients = cut
    if strategy == order[3]:
        numbers.weights = cut
    if not learns:
        return [2 * numbers.weights, 0, 0]
    master = 4 * numbers.weights
    return [2 * numbers.weights + master, 2 * numbers.gradients, 8 * numbers.moments]
