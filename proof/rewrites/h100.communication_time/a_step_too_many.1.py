"""a clock that runs step by step, lists of names, once and in every microbatch"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    rounds = {"all_gather": 1, "reduce_scatter": 1, "all_reduce": 2, "send": 0}.get(collective)
    if rounds is None:
        raise ValueError(collective)
    latency = 1e-6 * microseconds
    rate = 1e9 * gigabits / 8
    if rounds == 0:
        return latency + size / rate
    clock = 0.0
    for _ in range(rounds):
        for _ in range(ranks):
            clock += latency
            clock += size / ranks / rate
    return clock


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    once, every_microbatch = {
        "DDP": (["all_reduce"], []),
        "ZeRO-1": (["reduce_scatter", "all_gather"], []),
        "ZeRO-2": (["all_gather"], ["reduce_scatter"]),
        "ZeRO-3": ([], ["all_gather", "all_gather", "reduce_scatter"]),
    }.get(strategy, (None, None))
    if once is None:
        raise ValueError(f"unknown strategy {strategy!r}")
    calls = once + microbatches * every_microbatch
    bucket = parameters * 2 / buckets
    return buckets * sum((communication_time(call, bucket, data, microseconds, gigabits) for call in calls), 0.0)
