"""forward and backward as nested functions, a list returned"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    def forward():
        return 2 * parameters + 4 * layers * width * time

    def backward():
        return 2 * forward()

    def step():
        passes = forward() + backward()
        return passes + forward() if recompute else passes

    rate = tokens / seconds
    available = gpus * peak
    model = rate * step() / available
    hardware = rate * step() / available
    return [model, hardware]
