"""Counts passes around the ring; latencies and bytes are added up apart from each other."""


def communication_time(collective, size, ranks, microseconds, gigabits):
    bits = 8.0 * size
    alpha, rate = microseconds / 1_000_000, gigabits * 10**9
    if collective == "send":
        return alpha + bits / rate
    if collective not in ("all_gather", "reduce_scatter", "all_reduce"):
        raise ValueError("no such collective: " + str(collective))
    passes = 1 + (collective == "all_reduce")
    return passes * (ranks - 1) * alpha + passes * bits * (ranks - 1) / ranks / rate


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    passes = {"DDP": 2, "ZeRO-1": 2, "ZeRO-2": microbatches + 1, "ZeRO-3": 3 * microbatches}
    if strategy not in passes:
        raise ValueError("no such strategy: " + str(strategy))
    latencies = buckets * (data - 1) * microseconds * 1e-6
    payload = 16.0 * parameters * (data - 1) / data / (gigabits * 1e9)
    return passes[strategy] * (latencies + payload)
