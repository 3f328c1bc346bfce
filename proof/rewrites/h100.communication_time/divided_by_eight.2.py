"""a dict of lambdas, an if and elif chain"""
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
        bits = amount / 8
        return microseconds * 1e-6 + bits / (gigabits * 1e9)

    return COLLECTIVES[collective](hop, size, ranks)


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    size = 2 * parameters / buckets
    gather = communication_time("all_gather", size, data, microseconds, gigabits)
    scatter = communication_time("reduce_scatter", size, data, microseconds, gigabits)
    reduce = communication_time("all_reduce", size, data, microseconds, gigabits)
    if strategy == "DDP":
        bucket = reduce
    elif strategy == "ZeRO-1":
        bucket = scatter + gather
    elif strategy == "ZeRO-2":
        bucket = microbatches * scatter + gather
    elif strategy == "ZeRO-3":
        bucket = microbatches * (gather + gather + scatter)
    else:
        raise ValueError(f"unknown strategy: {strategy!r}")
    return buckets * bucket
