"""an if and elif chain, rounding up by adding k - 1"""


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    gpus = tensor * pipeline
    n = (parameters + gpus - 1) // gpus
    shard = (n + data - 1) // data
    if strategy == "DDP":
        w, g, s = n, n, n
    elif strategy == "ZeRO-1":
        w, g, s = n, n, shard
    elif strategy == "ZeRO-2":
        w, g, s = n, shard, shard
    else:
        w, g, s = shard, shard, shard
    if not learns:
        g = s = 0
    return 2 * w, 2 * g, 12 * s
