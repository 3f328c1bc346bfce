"""a small class that collects the seconds"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    speed = Speed(matrix_rate, share)
    return speed.seconds(operations)


class Speed:
    def __init__(self, peak, share):
        self.rate = peak * share

    def seconds(self, operations):
        return operations / self.rate


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    passes = {"forward": 2, "backward": 4, "again": 2 if recompute else 0}
    operations = sum(passes.values()) * parameters * tokens
    work = roofline(operations / gpus, traffic, matrix_rate, share, memory_rate)
    one_turn = work / microbatches
    computing = work + one_turn * (pipeline - 1)
    hidden = min(computing, overlapped)
    return float(computing + overlapped - hidden + exposed)
