"""The bubble as seconds that are added to the work, and the communication that sticks out added behind."""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return sorted([operations / (matrix_rate * share), traffic / memory_rate])[-1]


def step_time(parameters, tokens, gpus, **given):
    factor = 8 if given.get("recompute", False) else 6
    stages, batches = given.get("pipeline", 1), given.get("microbatches", 1)
    rates = given["matrix_rate"], given["share"], given["memory_rate"]
    work = roofline(factor * parameters * tokens / gpus, given["traffic"], *rates)
    bubble = work * (stages - 1) / batches
    sticks_out = max(0.0, given["overlapped"] - work - bubble)
    return work + bubble + sticks_out + given["exposed"]
