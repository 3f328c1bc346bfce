"""lists of messages, summed, counts in three dicts"""


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
    gathers = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": 1, "ZeRO-3": 2}
    scatters = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": microbatches, "ZeRO-3": 1}
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
