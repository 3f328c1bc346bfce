"""a dict of lambdas, counts in three dicts"""
COLLECTIVES = {
    "all_gather": lambda hop, size, n: (n - 1) * hop(size),
    "reduce_scatter": lambda hop, size, n: (n - 1) * hop(size),
    "all_reduce": lambda hop, size, n: 2 * (n - 1) * hop(size),
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
    gathers = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": 1, "ZeRO-3": 2 * microbatches}
    scatters = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": microbatches, "ZeRO-3": microbatches}
    reduces = {"DDP": 1, "ZeRO-1": 0, "ZeRO-2": 0, "ZeRO-3": 0}
    if strategy not in gathers:
        raise ValueError(strategy)
    link = (data, microseconds, gigabits)
    amount = 2 * parameters / buckets
    return buckets * (
        gathers[strategy] * communication_time("all_gather", amount, *link)
        + scatters[strategy] * communication_time("reduce_scatter", amount, *link)
        + reduces[strategy] * communication_time("all_reduce", amount, *link)
    )
