"""steps in a dict, lists of names, once and in every microbatch"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    steps = {"all_gather": ranks - 1, "reduce_scatter": ranks - 1, "all_reduce": 2 * (ranks - 1), "send": 1}
    if collective not in steps:
        raise ValueError(f"unknown collective: {collective!r}")
    alpha = microseconds * 1e-6
    beta = 8 / (gigabits * 1e9)
    return steps[collective] * (alpha + beta * size / ranks)


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
