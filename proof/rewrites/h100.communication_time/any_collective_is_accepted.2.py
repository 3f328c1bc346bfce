"""a Link object, counts in three dicts"""


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
    return 2 * link.around(size, ranks)


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    gathers = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": 1, "ZeRO-3": 2 * microbatches}
    scatters = {"DDP": 0, "ZeRO-1": 1, "ZeRO-2": microbatches, "ZeRO-3": microbatches}
    reduces = {"DDP": 1, "ZeRO-1": 0, "ZeRO-2": 0, "ZeRO-3": 0}
    if strategy not in gathers:
        raise ValueError(strategy)
    link = (data, microseconds, gigabits)
    amount = 2 * parameters / buckets
    return buckets * (
        gathers[strategy] * communication_time("all_gather", amount, *link)
        + scatters[strategy] * communication_time("reduce_scatter", amount, *link)
        + reduces[strategy] * communication_time("all_reduce", amount, *link)
    )
