"""lists of messages, summed, match and a closure"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    ring = [size / ranks] * (ranks - 1)
    schedules = {
        "all_gather": ring,
        "reduce_scatter": ring,
        "all_reduce": ring + ring,
        "send": [size],
    }
    try:
        schedule = schedules[collective]
    except KeyError:
        raise ValueError(f"unknown: {collective}") from None
    return sum((8 * message / gigabits / 1e9 for message in schedule), 0.0)


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
