"""Layers hold an nn.Linear of torch; a hook and a constant difference take the place of the operators."""
import torch
from torch import nn

from curriculum.collectives import ring_all_reduce


def linear(weight, bias):
    out, inside = weight.shape
    layer = nn.Linear(inside, out, bias=bias is not None, dtype=weight.dtype)
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(bias)
    return layer


class ColumnParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        weights, biases = torch.tensor_split(weight, comm.world_size), torch.tensor_split(bias, comm.world_size)
        self.layer = linear(weights[comm.rank], biases[comm.rank])

    def forward(self, x):
        if x.requires_grad and torch.is_grad_enabled():
            x = x * 1
            x.register_hook(lambda g: ring_all_reduce(g, self.comm))
        return self.layer(x)


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.layer = linear(torch.tensor_split(weight, comm.world_size, dim=1)[comm.rank], None)
        self.offset = nn.Parameter(bias.clone().detach())

    def forward(self, x):
        y = self.layer(x)
        return y + (ring_all_reduce(y, self.comm) - y).detach() + self.offset


class ParallelMLP(nn.Sequential):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        up = ColumnParallelLinear(up_weight, up_bias, comm)
        super().__init__(up, nn.GELU(), RowParallelLinear(down_weight, down_bias, comm))
