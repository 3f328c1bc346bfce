"""match and unpacking, a loop over buckets with partial"""
from functools import partial


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
    seconds_per_byte = 8 / (gigabits * 1024**3)
    return steps * microseconds * 1e-6 + steps * part * seconds_per_byte


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    if strategy not in {"DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3"}:
        raise ValueError(f"no strategy {strategy!r}")
    timed = partial(communication_time, ranks=data, microseconds=microseconds, gigabits=gigabits)
    number_of_bytes = 2 * parameters
    bucket = number_of_bytes / buckets
    total = 0.0
    for _ in range(buckets):
        if strategy == "DDP":
            total += timed("all_reduce", bucket)
            continue
        scatter = timed("reduce_scatter", bucket)
        gather = timed("all_gather", bucket)
        if strategy == "ZeRO-3":
            total += microbatches * (scatter + 2 * gather)
        elif strategy == "ZeRO-2":
            total += microbatches * scatter + gather
        else:
            total += scatter + gather
    return total
