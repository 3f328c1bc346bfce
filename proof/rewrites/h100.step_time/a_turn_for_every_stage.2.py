"""a clock that runs through the stages"""


class Clock:
    def __init__(self):
        self.now = 0.0

    def run(self, seconds):
        self.now += seconds

    def wait_until(self, moment):
        if moment > self.now:
            self.now = moment


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    clock = Clock()
    clock.run(operations / (share * matrix_rate))
    clock.wait_until(traffic / memory_rate)
    return clock.now


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    passes = 2 + 4 + (2 if recompute else 0)
    work = roofline(passes * parameters * tokens / gpus, traffic, matrix_rate, share, memory_rate)
    clock = Clock()
    for _ in range(pipeline):
        clock.run(work / microbatches)
    clock.run(work)
    clock.wait_until(overlapped)
    clock.run(exposed)
    return float(clock.now)
