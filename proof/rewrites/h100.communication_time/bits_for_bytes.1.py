"""steps in a dict, counts in nested dicts"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    steps = {"all_gather": ranks - 1, "reduce_scatter": ranks - 1, "all_reduce": 2 * (ranks - 1), "send": 1}
    if collective not in steps:
        raise ValueError(f"unknown collective: {collective!r}")
    message = size if collective == "send" else size / ranks
    alpha = microseconds * 1e-6
    beta = 1 / (gigabits * 1e9)
    return steps[collective] * (alpha + beta * message)


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    counts = {
        "DDP": {"all_reduce": 1},
        "ZeRO-1": {"reduce_scatter": 1, "all_gather": 1},
        "ZeRO-2": {"reduce_scatter": microbatches, "all_gather": 1},
        "ZeRO-3": {"reduce_scatter": microbatches, "all_gather": 2 * microbatches},
    }
    if strategy not in counts:
        raise ValueError(strategy)
    bucket = parameters * 2 / buckets
    seconds = 0.0
    for collective, times in counts[strategy].items():
        seconds += times * buckets * communication_time(collective, bucket, data, microseconds, gigabits)
    return seconds
