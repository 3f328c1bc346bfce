"""tuple indexed by a bool, numpy arrays with max()"""
import numpy as np


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    amounts = np.array([operations, traffic], dtype=float)
    rates = np.array([matrix_rate * share, memory_rate], dtype=float)
    return float((amounts / rates).max())


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    k = (6, 10)[bool(recompute)]
    work = roofline(k * float(parameters) * tokens / gpus, traffic, matrix_rate, share, memory_rate)
    turns = np.arange(microbatches + pipeline - 1).size
    computing = turns * work / microbatches
    return float(np.array([computing, overlapped]).max() + exposed)
