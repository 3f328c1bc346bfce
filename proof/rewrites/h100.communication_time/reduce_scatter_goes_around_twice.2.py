"""a clock that runs step by step, counts in three dicts"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    rounds = {"all_gather": 1, "reduce_scatter": 2, "all_reduce": 2, "send": 0}.get(collective)
    if rounds is None:
        raise ValueError(collective)
    latency = 1e-6 * microseconds
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
    gathers = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": 1, "ZeRO-3": 2 * microbatches}
    scatters = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": microbatches, "ZeRO-3": microbatches}
    reduces = {"DDP": 1, "ZeRO-1": 0, "ZeRO-2": 0, "ZeRO-3": 0}
    if strategy not in gathers:
        raise ValueError(strategy)
    link = (data, microseconds, gigabits)
    amount = 2 * parameters / buckets
    return buckets * (
        gathers[strategy] * communication_time("all_gather", amount, *link)
        + scatters[strategy] * communication_time("reduce_scatter", amount, *link)
        + reduces[strategy] * communication_time("all_reduce", amount, *link)
    )
