"""messages and bytes counted apart, an if and elif chain"""
RING_PASSES = {"all_gather": 1, "reduce_scatter": 1, "all_reduce": 2}


def communication_time(collective, size, ranks, microseconds, gigabits):
    if collective == "send":
        messages, sent = 1, size
    elif collective in RING_PASSES:
        messages = RING_PASSES[collective] * (ranks - 1)
        sent = size / ranks
    else:
        raise ValueError(f"cannot time {collective!r}")
    waiting = messages * microseconds / 1_000_000
    sending = 8 * sent / (gigabits * 1_000_000_000)
    return waiting + sending


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
