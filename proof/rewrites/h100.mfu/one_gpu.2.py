"""tokens a second first, a class with properties"""


class Run:
    def __init__(self, forward, tokens_per_second, peak, recompute):
        self.forward = forward
        self.tokens_per_second = tokens_per_second
        self.peak = peak
        self.passes = 4 if recompute else 3

    @property
    def model(self):
        return 3 * self.forward * self.tokens_per_second / self.peak

    @property
    def hardware(self):
        return self.passes * self.forward * self.tokens_per_second / self.peak


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    forward = 2 * parameters + 4 * layers * width * time
    run = Run(forward, tokens / seconds, peak, recompute)
    return [run.model, run.hardware]
