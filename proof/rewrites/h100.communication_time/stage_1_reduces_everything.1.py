"""all calls end in a send, match and a closure"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    if collective == "all_reduce":
        scatter = communication_time("reduce_scatter", size, ranks, microseconds, gigabits)
        gather = communication_time("all_gather", size, ranks, microseconds, gigabits)
        return scatter + gather
    if collective in {"reduce_scatter", "all_gather"}:
        return (ranks - 1) * communication_time("send", size / ranks, ranks, microseconds, gigabits)
    if collective == "send":
        return microseconds / 10**6 + size * 8 / (gigabits * 10**9)
    raise ValueError("no such collective")


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    def cost(collective):
        return communication_time(collective, 2 * parameters / buckets, data, microseconds, gigabits)

    match strategy:
        case "DDP":
            return buckets * cost("all_reduce")
        case "ZeRO-1":
            return buckets * (cost("all_reduce") + cost("all_gather"))
        case "ZeRO-2":
            return buckets * (microbatches * cost("reduce_scatter") + cost("all_gather"))
        case "ZeRO-3":
            return buckets * microbatches * (2 * cost("all_gather") + cost("reduce_scatter"))
    raise ValueError(f"{strategy} is no strategy")
