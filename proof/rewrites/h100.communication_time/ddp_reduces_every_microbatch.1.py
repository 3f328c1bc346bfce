"""a Link object, an if and elif chain"""


class Link:
    def __init__(self, microseconds, gigabits):
        self.latency = microseconds / 1e6
        self.bytes_per_second = gigabits * 1e9 / 8

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
    size = 2 * parameters / buckets
    gather = communication_time("all_gather", size, data, microseconds, gigabits)
    scatter = communication_time("reduce_scatter", size, data, microseconds, gigabits)
    reduce = communication_time("all_reduce", size, data, microseconds, gigabits)
    if strategy == "DDP":
        bucket = microbatches * reduce
    elif strategy == "ZeRO-1":
        bucket = scatter + gather
    elif strategy == "ZeRO-2":
        bucket = microbatches * scatter + gather
    elif strategy == "ZeRO-3":
        bucket = microbatches * (gather + gather + scatter)
    else:
        raise ValueError(f"unknown strategy: {strategy!r}")
    return buckets * bucket
