"""steps in a dict, a loop over buckets with partial"""
from functools import partial


def communication_time(collective, size, ranks, microseconds, gigabits):
    steps = {"all_gather": ranks - 1, "reduce_scatter": ranks - 1, "all_reduce": 2 * (ranks - 1), "send": 1}
    if collective not in steps:
        raise ValueError(f"unknown collective: {collective!r}")
    message = size if collective == "send" else size / ranks
    alpha = microseconds * 1e-6
    beta = 8 / (gigabits * 1e9)
    return steps[collective] * (alpha + beta * message)


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
        else:
            total += scatter + gather
    return total
