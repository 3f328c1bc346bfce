"""match and unpacking, match and a closure"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    match collective:
        case "send":
            steps, part = 1, size
        case "all_gather" | "reduce_scatter":
            steps, part = ranks - 1, size / ranks
        case "all_reduce":
            steps, part = 2 * ranks - 2, size / ranks
        case _:
            raise ValueError(f"what is {collective}?")
    seconds_per_byte = 8e-9 / gigabits
    return steps * microseconds * 1e-6 + steps * part * seconds_per_byte


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    def cost(collective):
        return communication_time(collective, parameters / buckets, data, microseconds, gigabits)

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
