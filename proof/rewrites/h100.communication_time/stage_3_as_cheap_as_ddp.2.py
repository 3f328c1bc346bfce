"""match and unpacking, lists of names, once and in every microbatch"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    match collective:
        case "send":
            steps, part = 1, size
        case "all_gather" | "reduce_scatter":
            steps, part = ranks - 1, size / ranks
        case "all_reduce":
            steps, part = 2 * ranks - 2, size / ranks
        case _:
            raise ValueError(f"what is {collective}?")
    seconds_per_byte = 8e-9 / gigabits
    return steps * microseconds * 1e-6 + steps * part * seconds_per_byte


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    once, every_microbatch = {
        "DDP": (["all_reduce"], []),
        "ZeRO-1": (["reduce_scatter", "all_gather"], []),
        "ZeRO-2": (["all_gather"], ["reduce_scatter"]),
        "ZeRO-3": (["all_gather", "all_gather", "reduce_scatter"], []),
    }.get(strategy, (None, None))
    if once is None:
        raise ValueError(f"unknown strategy {strategy!r}")
    calls = once + microbatches * every_microbatch
    bucket = parameters * 2 / buckets
    return buckets * sum((communication_time(call, bucket, data, microseconds, gigabits) for call in calls), 0.0)
