"""all calls end in a send, lists of names, once and in every microbatch"""


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
    once, every_microbatch = {
        "DDP": (["all_reduce"], []),
        "ZeRO-1": (["reduce_scatter", "all_gather"], []),
        "ZeRO-2": (["all_gather"], ["reduce_scatter"]),
        "ZeRO-3": ([], ["all_gather", "all_gather", "reduce_scatter"]),
    }.get(strategy, (None, None))
    if once is None:
        raise ValueError(f"unknown strategy {strategy!r}")
    calls = once + microbatches * every_microbatch
    bucket = parameters / buckets
    return buckets * sum((communication_time(call, bucket, data, microseconds, gigabits) for call in calls), 0.0)
