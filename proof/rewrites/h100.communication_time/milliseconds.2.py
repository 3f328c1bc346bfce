"""a clock that runs step by step, an if and elif chain"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    rounds = {"all_gather": 1, "reduce_scatter": 1, "all_reduce": 2, "send": 0}.get(collective)
    if rounds is None:
        raise ValueError(collective)
    latency = 1e-3 * microseconds
    rate = 1e9 * gigabits / 8
    if rounds == 0:
        return latency + size / rate
    clock = 0.0
    for _ in range(rounds):
        for _ in range(ranks - 1):
            clock += latency
            clock += size / ranks / rate
    return clock


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    size = 2 * parameters / buckets
    gather = communication_time("all_gather", size, data, microseconds, gigabits)
    scatter = communication_time("reduce_scatter", size, data, microseconds, gigabits)
    reduce = communication_time("all_reduce", size, data, microseconds, gigabits)
    if strategy == "DDP":
        bucket = reduce
    elif strategy == "ZeRO-1":
        bucket = scatter + gather
    elif strategy == "ZeRO-2":
        bucket = microbatches * scatter + gather
    elif strategy == "ZeRO-3":
        bucket = microbatches * (gather + gather + scatter)
    else:
        raise ValueError(f"unknown strategy: {strategy!r}")
    return buckets * bucket
