"""all calls end in a send, a generator of collectives"""


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


def collectives_of_a_step(strategy, microbatches):
    if strategy not in ("DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3"):
        raise ValueError("unknown strategy")
    for number in range(microbatches):
        last = number == microbatches - 1
        if strategy == "ZeRO-3":
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
