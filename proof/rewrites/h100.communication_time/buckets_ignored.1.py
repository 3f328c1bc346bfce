"""all calls end in a send, an if and elif chain"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    if collective == "all_reduce":
        scatter = communication_time("reduce_scatter", size, ranks, microseconds, gigabits)
        gather = communication_time("all_gather", size, ranks, microseconds, gigabits)
        return scatter + gather
    if collective in {"reduce_scatter", "all_gather"}:
        return (ranks - 1) * communication_time("send", size / ranks, ranks, microseconds, gigabits)
    if collective == "send":
        return microseconds / 10**6 + size * 8 / (gigabits * 10**9)
    raise ValueError("no such collective")


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    size = 2 * parameters
    gather = communication_time("all_gather", size, data, microseconds, gigabits)
    scatter = communication_time("reduce_scatter", size, data, microseconds, gigabits)
    reduce = communication_time("all_reduce", size, data, microseconds, gigabits)
    if strategy == "DDP":
        seconds = reduce
    elif strategy == "ZeRO-1":
        seconds = scatter + gather
    elif strategy == "ZeRO-2":
        seconds = microbatches * scatter + gather
    elif strategy == "ZeRO-3":
        seconds = microbatches * (gather + gather + scatter)
    else:
        raise ValueError(f"unknown strategy: {strategy!r}")
    return seconds
