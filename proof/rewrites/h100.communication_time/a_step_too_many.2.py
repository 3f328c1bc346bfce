"""steps in a dict, match and a closure"""


def communication_time(collective, size, ranks, microseconds, gigabits):
    steps = {"all_gather": ranks, "reduce_scatter": ranks, "all_reduce": 2 * ranks, "send": 1}
    if collective not in steps:
        raise ValueError(f"unknown collective: {collective!r}")
    message = size if collective == "send" else size / ranks
    alpha = microseconds * 1e-6
    beta = 8 / (gigabits * 1e9)
    return steps[collective] * (alpha + beta * message)


def exchange_time(parameters, strategy, data, microseconds, gigabits, buckets=1, microbatches=1):
    def cost(collective):
        return communication_time(collective, 2 * parameters / buckets, data, microseconds, gigabits)

    match strategy:
        case "DDP":
            return buckets * cost("all_reduce")
        case "ZeRO-1":
            return buckets * (cost("reduce_scatter") + cost("all_gather"))
        case "ZeRO-2":
            return buckets * (microbatches * cost("reduce_scatter") + cost("all_gather"))
        case "ZeRO-3":
            return buckets * microbatches * (2 * cost("all_gather") + cost("reduce_scatter"))
    raise ValueError(f"{strategy} is no strategy")
