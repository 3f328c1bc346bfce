"""NumPy: an array with the seconds of every step, summed."""
import numpy as np

STEPS = {"all_gather": 1, "reduce_scatter": 1, "all_reduce": 2}
CALLS = {
    "DDP": lambda m: ["all_reduce"],
    "ZeRO-1": lambda m: ["reduce_scatter", "all_gather"],
    "ZeRO-2": lambda m: m * ["reduce_scatter"] + ["all_gather"],
    "ZeRO-3": lambda m: m * ["all_gather", "all_gather", "reduce_scatter"],
}


def communication_time(collective, size, ranks, microseconds, gigabits):
    if collective == "send":
        messages = np.array([float(size)])
    elif collective in STEPS:
        messages = np.full(STEPS[collective] * (ranks - 1), size / ranks)
    else:
        raise ValueError
    return float(np.sum(microseconds * 1e-6 + messages / (gigabits * 1.25e8)))


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    if strategy not in CALLS:
        raise ValueError
    size = 2 * parameters / buckets
    times = [communication_time(c, size, data, microseconds, gigabits) for c in CALLS[strategy](microbatches)]
    return buckets * float(np.sum(times))
