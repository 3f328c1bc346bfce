"""a clock that runs step by step, match and a closure"""


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
            clock += size / rate
    return clock


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    def cost(collective):
        return communication_time(collective, 2 * parameters / buckets, data, microseconds, gigabits)

    match strategy:
        case "DDP":
            return buckets * cost("all_reduce")
        case "ZeRO-1":
            return buckets * (cost("reduce_scatter") + cost("all_gather"))
        case "ZeRO-2":
            return buckets * (microbatches * cost("reduce_scatter") + cost("all_gather"))
        case "ZeRO-3":
            return buckets * microbatches * (2 * cost("all_gather") + cost("reduce_scatter"))
    raise ValueError(f"{strategy} is no strategy")
