"""a dataclass with properties, the function only asks it"""
from dataclasses import dataclass


@dataclass
class Layer:
    batch: int
    time: int
    width: int
    heads: int
    tensor: int
    flash: bool

    @property
    def stream(self):
        return self.batch * self.time * self.width

    @property
    def input(self):
        return self._outside(2 * self.stream)

    @property
    def outside(self):
        return self._outside((2 * 2 + 2 * 2 + 2 * 1) * self.stream)

    @property
    def inside(self):
        total = (4 * 2 + 8 * 2) * self.stream + self.attention_weights
        return total // self.tensor

    @property
    def attention_weights(self):
        if self.flash:
            return 0
        return (2 * 2 + 1) * self.heads * self.time**2 * self.batch

    @property
    def total(self):
        return self.outside + self.inside

    def _outside(self, amount):
        return amount // self.tensor


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    layer = Layer(batch, time, width, heads, tensor, flash)
    if recompute:
        return layers * in_flight * layer.input + (layer.total - layer.input)
    return layers * in_flight * layer.total
