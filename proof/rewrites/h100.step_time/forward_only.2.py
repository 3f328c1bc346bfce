"""the pipeline turn by turn, in a loop over stages"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    products, moves = operations / share / matrix_rate, traffic / memory_rate
    if products >= moves:
        return products
    return moves


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    passes = 1 + bool(recompute)
    flops = 2 * parameters * tokens * passes / gpus
    work = roofline(flops, traffic, matrix_rate, share, memory_rate)
    turn = work / microbatches
    finished = work
    for _ in range(1, pipeline):
        finished += turn
    return float(exposed + max(overlapped, finished))
