"""a Link object, lists of names, once and in every microbatch"""


class Link:
    def __init__(self, microseconds, gigabits):
        self.latency = microseconds / 1e6
        self.bytes_per_second = gigabits * 2**30 / 8

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
    once, every_microbatch = {
        "DDP": (["all_reduce"], []),
        "ZeRO-1": (["reduce_scatter", "all_gather"], []),
        "ZeRO-2": (["all_gather"], ["reduce_scatter"]),
        "ZeRO-3": ([], ["all_gather", "all_gather", "reduce_scatter"]),
    }.get(strategy, (None, None))
    if once is None:
        raise ValueError(f"unknown strategy {strategy!r}")
    calls = once + microbatches * every_microbatch
    bucket = parameters * 2 / buckets
    return buckets * sum((communication_time(call, bucket, data, microseconds, gigabits) for call in calls), 0.0)
