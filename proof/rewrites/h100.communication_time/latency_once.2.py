"""all calls end in a send, a loop over buckets with partial"""
from functools import partial


def communication_time(collective, size, ranks, microseconds, gigabits):
    if collective == "all_reduce":
        scatter = communication_time("reduce_scatter", size, ranks, microseconds, gigabits)
        gather = communication_time("all_gather", size, ranks, microseconds, gigabits)
        return scatter + gather
    if collective in {"reduce_scatter", "all_gather"}:
        if ranks == 1:
            return 0.0
        return communication_time("send", (ranks - 1) * size / ranks, ranks, microseconds, gigabits)
    if collective == "send":
        return microseconds / 10**6 + size * 8 / (gigabits * 10**9)
    raise ValueError("no such collective")


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
