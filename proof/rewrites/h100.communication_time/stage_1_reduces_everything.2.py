"""messages and bytes counted apart, counts in three dicts"""
RING_PASSES = {"all_gather": 1, "reduce_scatter": 1, "all_reduce": 2}


def communication_time(collective, size, ranks, microseconds, gigabits):
    if collective == "send":
        messages, sent = 1, size
    elif collective in RING_PASSES:
        messages = RING_PASSES[collective] * (ranks - 1)
        sent = messages * size / ranks
    else:
        raise ValueError(f"cannot time {collective!r}")
    waiting = messages * microseconds / 1_000_000
    sending = 8 * sent / (gigabits * 1_000_000_000)
    return waiting + sending


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    gathers = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": 1, "ZeRO-3": 2 * microbatches}
    scatters = {"DDP": 0, "ZeRO-1": 0, "ZeRO-2": microbatches, "ZeRO-3": microbatches}
    reduces = {"DDP": 1, "ZeRO-1": 1, "ZeRO-2": 0, "ZeRO-3": 0}
    if strategy not in gathers:
        raise ValueError(strategy)
    link = (data, microseconds, gigabits)
    amount = 2 * parameters / buckets
    return buckets * (
        gathers[strategy] * communication_time("all_gather", amount, *link)
        + scatters[strategy] * communication_time("reduce_scatter", amount, *link)
        + reduces[strategy] * communication_time("all_reduce", amount, *link)
    )
