"""a dict of lambdas, counts in nested dicts"""
COLLECTIVES = {
    "all_gather": lambda hop, size, n: (n - 1) * hop(size / n),
    "reduce_scatter": lambda hop, size, n: (n - 1) * hop(size / n),
    "all_reduce": lambda hop, size, n: 2 * (n - 1) * hop(size / n),
    "send": lambda hop, size, n: hop(size),
}


def communication_time(collective, size, ranks, microseconds, gigabits):
    if collective not in COLLECTIVES:
        raise ValueError(f"{collective} is none of {', '.join(COLLECTIVES)}")

    def hop(amount):
        bits = 8 * amount
        return microseconds * 1e-6 + bits / (gigabits * 1e9)

    return COLLECTIVES[collective](hop, size, ranks)


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    counts = {
        "DDP": {"all_reduce": 1},
        "ZeRO-1": {"reduce_scatter": 1, "all_gather": 1},
        "ZeRO-2": {"reduce_scatter": microbatches, "all_gather": microbatches},
        "ZeRO-3": {"reduce_scatter": microbatches, "all_gather": 2 * microbatches},
    }
    if strategy not in counts:
        raise ValueError(strategy)
    bucket = parameters * 2 / buckets
    seconds = 0.0
    for collective, times in counts[strategy].items():
        seconds += times * buckets * communication_time(collective, bucket, data, microseconds, gigabits)
    return seconds
