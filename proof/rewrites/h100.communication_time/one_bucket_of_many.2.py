"""match and unpacking, counts in three dicts"""


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
    gathers = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": 1, "ZeRO-3": 2 * microbatches}
    scatters = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": microbatches, "ZeRO-3": microbatches}
    reduces = {"DDP": 1, "ZeRO-1": 0, "ZeRO-2": 0, "ZeRO-3": 0}
    if strategy not in gathers:
        raise ValueError(strategy)
    link = (data, microseconds, gigabits)
    amount = 2 * parameters / buckets
    return (
        gathers[strategy] * communication_time("all_gather", amount, *link)
        + scatters[strategy] * communication_time("reduce_scatter", amount, *link)
        + reduces[strategy] * communication_time("all_reduce", amount, *link)
    )
