"""two counters behind a class"""


class Stage:
    def __init__(self, ahead):
        self.ahead = ahead
        self.passes = []
        self.went = 0
        self.came = 0

    def forward(self):
        self.passes.append(("F", self.went))
        self.went += 1

    def backward(self):
        self.passes.append(("B", self.came))
        self.came += 1

    def run(self, micro_batches):
        while self.went < self.ahead:
            self.forward()
        while self.went < micro_batches:
            self.forward()
            self.backward()
        while self.came < self.went:
            self.backward()
        return self.passes


def one_f_one_b_schedule(stages, micro_batches):
    return [Stage(stages - s - 1).run(micro_batches) for s in range(stages)]
