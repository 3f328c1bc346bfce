"""steps in a dict, counts in three dicts"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    steps = {"all_gather": ranks - 1, "reduce_scatter": ranks - 1, "all_reduce": 2 * (ranks - 1), "send": 1}
    if collective not in steps:
        raise ValueError(f"unknown collective: {collective!r}")
    message = size if collective == "send" else size / ranks
    alpha = microseconds * 1e-6
    beta = 8 / (gigabits * 1e9)
    return steps[collective] * (alpha + beta * message)


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    gathers = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": 1, "ZeRO-3": 2 * microbatches}
    scatters = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": microbatches, "ZeRO-3": 0}
    reduces = {"DDP": 1, "ZeRO-1": 0, "ZeRO-2": 0, "ZeRO-3": microbatches}
    if strategy not in gathers:
        raise ValueError(strategy)
    link = (data, microseconds, gigabits)
    amount = 2 * parameters / buckets
    return buckets * (
        gathers[strategy] * communication_time("all_gather", amount, *link)
        + scatters[strategy] * communication_time("reduce_scatter", amount, *link)
        + reduces[strategy] * communication_time("all_reduce", amount, *link)
    )
