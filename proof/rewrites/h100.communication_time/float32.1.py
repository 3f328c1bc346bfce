"""lists of messages, summed, counts in nested dicts"""


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
    counts = {
        "DDP": {"all_reduce": 1},
        "ZeRO-1": {"reduce_scatter": 1, "all_gather": 1},
        "ZeRO-2": {"reduce_scatter": microbatches, "all_gather": 1},
        "ZeRO-3": {"reduce_scatter": microbatches, "all_gather": 2 * microbatches},
    }
    if strategy not in counts:
        raise ValueError(strategy)
    bucket = parameters * 4 / buckets
    seconds = 0.0
    for collective, times in counts[strategy].items():
        seconds += times * buckets * communication_time(collective, bucket, data, microseconds, gigabits)
    return seconds
