"""a turn is the unit, nested functions"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    def later(a, b):
        return b if b > a else a

    return later(operations / matrix_rate / share, traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    def operations_of_a_gpu():
        forward = 2 * parameters * tokens / gpus
        return forward * (4 if recompute else 3)

    def turn():
        computing = roofline(operations_of_a_gpu(), traffic, matrix_rate, share, memory_rate) / microbatches
        network = overlapped / microbatches
        return network if network > computing else computing

    turns = microbatches + pipeline - 1
    return float(turns * turn() + exposed)
