"""messages and bytes counted apart, a generator of collectives"""
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
    size = 2 * parameters
    total = 0.0
    for collective in collectives_of_a_step(strategy, microbatches):
        total += communication_time(collective, size, data, microseconds, gigabits)
    return total
