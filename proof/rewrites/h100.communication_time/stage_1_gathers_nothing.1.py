"""a dict of lambdas, a generator of collectives"""
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


def collectives_of_a_step(strategy, microbatches):
    if strategy not in ("DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3"):
        raise ValueError("unknown strategy")
    for number in range(microbatches):
        last = number == microbatches - 1
        if strategy == "ZeRO-3":
            yield "all_gather"
            yield "all_gather"
            yield "reduce_scatter"
        if strategy == "ZeRO-2":
            yield "reduce_scatter"
        if strategy == "ZeRO-1" and last:
            yield "reduce_scatter"
        if strategy == "DDP" and last:
            yield "all_reduce"
    if strategy == "ZeRO-2":
        yield "all_gather"


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    part = 2 * parameters / buckets
    total = 0.0
    for collective in collectives_of_a_step(strategy, microbatches):
        total += buckets * communication_time(collective, part, data, microseconds, gigabits)
    return total
