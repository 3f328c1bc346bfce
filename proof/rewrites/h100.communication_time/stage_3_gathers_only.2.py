"""a Link object, counts in nested dicts"""


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
    counts = {
        "DDP": {"all_reduce": 1},
        "ZeRO-1": {"reduce_scatter": 1, "all_gather": 1},
        "ZeRO-2": {"reduce_scatter": microbatches, "all_gather": 1},
        "ZeRO-3": {"all_gather": 2 * microbatches},
    }
    if strategy not in counts:
        raise ValueError(strategy)
    bucket = parameters * 2 / buckets
    seconds = 0.0
    for collective, times in counts[strategy].items():
        seconds += times * buckets * communication_time(collective, bucket, data, microseconds, gigabits)
    return seconds
