"""match and unpacking, a generator of collectives"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    match collective:
        case "send":
            steps, part = 1, size
        case "all_gather":
            steps, part = ranks - 1, size / ranks
        case "all_reduce" | "reduce_scatter":
            steps, part = 2 * ranks - 2, size / ranks
        case _:
            raise ValueError(f"what is {collective}?")
    seconds_per_byte = 8e-9 / gigabits
    return steps * microseconds * 1e-6 + steps * part * seconds_per_byte


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
