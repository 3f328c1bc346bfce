"""lists of messages, summed, a generator of collectives"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    ring = [size / ranks] * (ranks - 1)
    schedules = {
        "all_gather": ring,
        "reduce_scatter": ring,
        "all_reduce": ring + ring,
        "send": [size / ranks] * ranks,
    }
    try:
        schedule = schedules[collective]
    except KeyError:
        raise ValueError(f"unknown: {collective}") from None
    return sum((microseconds * 1e-6 + 8 * message / gigabits / 1e9 for message in schedule), 0.0)


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
    if strategy in ("ZeRO-1", "ZeRO-2"):
        yield "all_gather"


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    part = 2 * parameters / buckets
    total = 0.0
    for collective in collectives_of_a_step(strategy, microbatches):
        total += buckets * communication_time(collective, part, data, microseconds, gigabits)
    return total
