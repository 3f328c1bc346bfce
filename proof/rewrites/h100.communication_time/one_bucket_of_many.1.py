"""lists of messages, summed, an if and elif chain"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    ring = [size / ranks] * (ranks - 1)
    schedules = {
        "all_gather": ring,
        "reduce_scatter": ring,
        "all_reduce": ring + ring,
        "send": [size],
    }
    try:
        schedule = schedules[collective]
    except KeyError:
        raise ValueError(f"unknown: {collective}") from None
    return sum((microseconds * 1e-6 + 8 * message / gigabits / 1e9 for message in schedule), 0.0)


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
    return bucket
