"""match and unpacking, counts in nested dicts"""


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
    counts = {
        "DDP": {"all_reduce": 1},
        "ZeRO-1": {"reduce_scatter": 1},
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
