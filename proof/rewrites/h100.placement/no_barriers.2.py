"""clocks of GPU objects that run through all phases"""
from itertools import product


class Gpu:
    def __init__(self):
        self.held = 0
        self.clock = 0.0

    def hold(self, size):
        self.held += size

    def work(self, seconds):
        self.clock += seconds


def start(chosen, gpus):
    machine = [Gpu() for _ in range(gpus)]
    for places, size, _ in chosen:
        for place in places:
            machine[place].hold(size)
    return machine


def memory_by_gpu(chosen, gpus):
    return [gpu.held for gpu in start(chosen, gpus)]


def placement_time(chosen, gpus):
    machine = start(chosen, gpus)
    for phase, _ in enumerate(chosen[0][2]):
        for places, _, seconds in chosen:
            for place in places:
                machine[place].work(seconds[phase])
    return max(gpu.clock for gpu in machine)


def best_placement(candidates, gpus, capacity):
    def options_of(numbers):
        return [options[n] for options, n in zip(candidates, numbers)]

    def fits(numbers):
        return all(held <= capacity for held in memory_by_gpu(options_of(numbers), gpus))

    every = product(*(range(len(options)) for options in candidates))
    fastest = min(filter(fits, every), key=lambda numbers: placement_time(options_of(numbers), gpus), default=None)
    return fastest if fastest is None else list(fastest)
