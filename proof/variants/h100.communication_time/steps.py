"""Walks through the steps of each collective and adds their seconds up."""


def seconds_of_message(size, microseconds, gigabits):
    bytes_per_second = gigabits * 1_000_000_000 / 8
    return microseconds * 1e-6 + size / bytes_per_second


def communication_time(collective, size, ranks, microseconds, gigabits):
    if collective == "send":
        return seconds_of_message(size, microseconds, gigabits)
    rounds = {"all_gather": 1, "reduce_scatter": 1, "all_reduce": 2}.get(collective)
    if rounds is None:
        raise ValueError(collective)
    total = 0.0
    for _ in range(rounds * (ranks - 1)):
        total += seconds_of_message(size / ranks, microseconds, gigabits)
    return total


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    def one(collective):
        return communication_time(collective, 2 * parameters / buckets, data, microseconds, gigabits)

    if strategy == "DDP":
        each = one("all_reduce")
    elif strategy == "ZeRO-1":
        each = one("reduce_scatter") + one("all_gather")
    elif strategy == "ZeRO-2":
        each = microbatches * one("reduce_scatter") + one("all_gather")
    elif strategy == "ZeRO-3":
        each = microbatches * (2 * one("all_gather") + one("reduce_scatter"))
    else:
        raise ValueError(strategy)
    return each * buckets
