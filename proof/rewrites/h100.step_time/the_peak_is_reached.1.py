"""numpy maximum"""
import numpy as np


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return float(np.maximum(operations / matrix_rate, traffic / memory_rate))


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    operations = 6.0 * parameters * tokens
    if recompute:
        operations += 2.0 * parameters * tokens
    work = roofline(operations / gpus, traffic, matrix_rate, share, memory_rate)
    work *= 1 + (pipeline - 1) / microbatches
    return float(np.maximum(work, overlapped) + exposed)
