"""among how many GPUs each array is cut, one division for all"""


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    owners = {
        "DDP": (1, 1, 1),
        "ZeRO-1": (data, 1, 1),
        "ZeRO-2": (data, 1, data),
        "ZeRO-3": (data, data, data),
    }
    if strategy not in owners:
        raise ValueError("DDP, ZeRO-1, ZeRO-2 and ZeRO-3 are known")
    per_number = (2, 2, 12) if learns else (2, 0, 0)
    model_parallel = tensor * pipeline
    return tuple(
        size * -(-parameters // (model_parallel * among))
        for size, among in zip(per_number, owners[strategy])
    )
