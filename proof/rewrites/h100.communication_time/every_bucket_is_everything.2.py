"""a dict of lambdas, a loop over buckets with partial"""
from functools import partial

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
    if strategy not in {"DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3"}:
        raise ValueError(f"no strategy {strategy!r}")
    timed = partial(communication_time, ranks=data, microseconds=microseconds, gigabits=gigabits)
    bucket = 2 * parameters
    total = 0.0
    for _ in range(buckets):
        if strategy == "DDP":
            total += timed("all_reduce", bucket)
            continue
        scatter = timed("reduce_scatter", bucket)
        gather = timed("all_gather", bucket)
        if strategy == "ZeRO-3":
            total += microbatches * (scatter + 2 * gather)
        elif strategy == "ZeRO-2":
            total += microbatches * scatter + gather
        else:
            total += scatter + gather
    return total
