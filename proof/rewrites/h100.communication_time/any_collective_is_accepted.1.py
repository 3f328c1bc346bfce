"""a clock that runs step by step, counts in nested dicts"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    rounds = {"all_gather": 1, "reduce_scatter": 1, "all_reduce": 2, "send": 0}.get(collective, 1)
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
    counts = {
        "DDP": {"all_reduce": 1},
        "ZeRO-1": {"reduce_scatter": 1, "all_gather": 1},
        "ZeRO-2": {"reduce_scatter": microbatches, "all_gather": 1},
        "ZeRO-3": {"reduce_scatter": microbatches, "all_gather": 2 * microbatches},
    }
    if strategy not in counts:
        raise ValueError(strategy)
    bucket = parameters * 2 / buckets
    seconds = 0.0
    for collective, times in counts[strategy].items():
        seconds += times * buckets * communication_time(collective, bucket, data, microseconds, gigabits)
    return seconds
