"""messages and bytes counted apart, match and a closure"""
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
            return buckets * microbatches * (cost("all_gather") + cost("reduce_scatter"))
    raise ValueError(f"{strategy} is no strategy")
