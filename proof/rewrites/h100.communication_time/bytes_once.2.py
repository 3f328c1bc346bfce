"""a Link object, a generator of collectives"""


class Link:
    def __init__(self, microseconds, gigabits):
        self.latency = microseconds / 1e6
        self.bytes_per_second = gigabits * 1e9 / 8

    def message(self, size):
        return self.latency + size / self.bytes_per_second

    def around(self, size, steps):
        return steps * self.latency + size / self.bytes_per_second


def communication_time(collective, size, ranks, microseconds, gigabits):
    link = Link(microseconds, gigabits)
    if collective == "send":
        return link.message(size)
    if collective in ("all_gather", "reduce_scatter"):
        return link.around(size, ranks - 1)
    if collective == "all_reduce":
        return link.around(size, 2 * (ranks - 1))
    raise ValueError(collective)


def collectives_of_a_step(strategy, microbatches):
    if strategy not in ("DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3"):
        raise ValueError("unknown strategy")
    for number in range(microbatches):
        last = number == microbatches - 1
        if strategy == "ZeRO-3":
            yield "all_gather"
            yield "all_gather"
            yield "reduce_scatter"
        if strategy == "ZeRO-2":
            yield "reduce_scatter"
        if strategy == "ZeRO-1" and last:
            yield "reduce_scatter"
        if strategy == "DDP" and last:
            yield "all_reduce"
    if strategy in ("ZeRO-1", "ZeRO-2"):
        yield "all_gather"


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    part = 2 * parameters / buckets
    total = 0.0
    for collective in collectives_of_a_step(strategy, microbatches):
        total += buckets * communication_time(collective, part, data, microseconds, gigabits)
    return total
