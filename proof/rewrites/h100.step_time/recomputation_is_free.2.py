"""a dataclass for one GPU"""
from dataclasses import dataclass


@dataclass
class Gpu:
    operations_per_second: float
    bytes_per_second: float

    def seconds(self, operations, traffic):
        a = operations / self.operations_per_second
        b = traffic / self.bytes_per_second
        return a if a > b else b


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return Gpu(matrix_rate * share, memory_rate).seconds(operations, traffic)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    forward, backward = 2 * parameters, 4 * parameters
    work = roofline((forward + backward) * (tokens / gpus), traffic, matrix_rate, share, memory_rate)
    n_turns = microbatches + pipeline - 1
    computing = work / microbatches * n_turns
    return float(exposed + (computing if computing > overlapped else overlapped))
