"""fsum over a list of durations, the bubble as an amount of seconds"""
from math import fsum


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    jobs = [(operations, share * matrix_rate), (traffic, memory_rate)]
    return fsum(amount / rate for amount, rate in jobs)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    passes = [2, 4]
    if recompute:
        passes.append(2)
    mine = sum(passes) * parameters * tokens / gpus
    seconds = roofline(mine, traffic, matrix_rate, share, memory_rate)
    turn = seconds / microbatches
    waiting = turn * (pipeline - 1)
    seconds = seconds + waiting
    if overlapped > seconds:
        seconds = overlapped
    return float(seconds + exposed)
