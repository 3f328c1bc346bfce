"""a Link object, match and a closure"""


class Link:
    def __init__(self, microseconds, gigabits):
        self.latency = microseconds / 1e6
        self.bytes_per_second = gigabits * 1e9

    def message(self, size):
        return self.latency + size / self.bytes_per_second

    def around(self, size, ranks):
        return (ranks - 1) * self.message(size / ranks)


def communication_time(collective, size, ranks, microseconds, gigabits):
    link = Link(microseconds, gigabits)
    if collective == "send":
        return link.message(size)
    if collective in ("all_gather", "reduce_scatter"):
        return link.around(size, ranks)
    if collective == "all_reduce":
        return 2 * link.around(size, ranks)
    raise ValueError(collective)


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
