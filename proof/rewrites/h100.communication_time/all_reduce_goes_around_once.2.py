"""lists of messages, summed, a loop over buckets with partial"""
from functools import partial


def communication_time(collective, size, ranks, microseconds, gigabits):
    ring = [size / ranks] * (ranks - 1)
    schedules = {
        "all_gather": ring,
        "reduce_scatter": ring,
        "all_reduce": ring,
        "send": [size],
    }
    try:
        schedule = schedules[collective]
    except KeyError:
        raise ValueError(f"unknown: {collective}") from None
    return sum((microseconds * 1e-6 + 8 * message / gigabits / 1e9 for message in schedule), 0.0)


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    if strategy not in {"DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3"}:
        raise ValueError(f"no strategy {strategy!r}")
    timed = partial(communication_time, ranks=data, microseconds=microseconds, gigabits=gigabits)
    number_of_bytes = 2 * parameters
    bucket = number_of_bytes / buckets
    total = 0.0
    for _ in range(buckets):
        if strategy == "DDP":
            total += timed("all_reduce", bucket)
            continue
        scatter = timed("reduce_scatter", bucket)
        gather = timed("all_gather", bucket)
        if strategy == "ZeRO-3":
            total += microbatches * (scatter + 2 * gather)
        elif strategy == "ZeRO-2":
            total += microbatches * scatter + gather
        else:
            total += scatter + gather
    return total
