"""Simulates the pipeline: when does each stage end each microbatch?"""
import numpy as np


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return float(np.maximum(operations / (share * matrix_rate), traffic / memory_rate))


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    passes = [2, 4] + ([2] if recompute else [])
    operations = sum(passes) * parameters * tokens / gpus
    turn = roofline(operations, traffic, matrix_rate, share, memory_rate) / microbatches
    ends = np.zeros((pipeline + 1, microbatches + 1))
    for stage in range(1, pipeline + 1):
        for number in range(1, microbatches + 1):
            ends[stage, number] = max(ends[stage - 1, number], ends[stage, number - 1]) + turn
    return float(max(ends[-1, -1], overlapped)) + exposed
