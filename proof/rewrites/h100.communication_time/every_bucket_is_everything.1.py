"""a clock that runs step by step, a generator of collectives"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    rounds = {"all_gather": 1, "reduce_scatter": 1, "all_reduce": 2, "send": 0}.get(collective)
    if rounds is None:
        raise ValueError(collective)
    latency = 1e-6 * microseconds
    rate = 1e9 * gigabits / 8
    if rounds == 0:
        return latency + size / rate
    clock = 0.0
    for _ in range(rounds):
        for _ in range(ranks - 1):
            clock += latency
            clock += size / ranks / rate
    return clock


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
    bucket = 2 * parameters
    total = 0.0
    for collective in collectives_of_a_step(strategy, microbatches):
        total += buckets * communication_time(collective, bucket, data, microseconds, gigabits)
    return total
