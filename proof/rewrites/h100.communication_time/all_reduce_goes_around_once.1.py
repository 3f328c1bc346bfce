"""messages and bytes counted apart, counts in nested dicts"""
RING_PASSES = {"all_gather": 1, "reduce_scatter": 1, "all_reduce": 1}


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
    counts = {
        "DDP": {"all_reduce": 1},
        "ZeRO-1": {"reduce_scatter": 1, "all_gather": 1},
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
