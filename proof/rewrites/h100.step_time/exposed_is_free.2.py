"""the pipeline as a recurrence, ifs instead of max"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    compute = operations / (matrix_rate * share)
    move = traffic / memory_rate
    if compute < move:
        compute = move
    return compute


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    operations = 2 * parameters * tokens
    operations += 4 * parameters * tokens
    if recompute:
        operations += 2 * parameters * tokens
    operations /= gpus
    turn = roofline(operations, traffic, matrix_rate, share, memory_rate) / microbatches

    def ends(stage, microbatch):
        return (stage + microbatch + 1) * turn

    step = ends(pipeline - 1, microbatches - 1)
    if step < overlapped:
        step = overlapped
    return float(step)
