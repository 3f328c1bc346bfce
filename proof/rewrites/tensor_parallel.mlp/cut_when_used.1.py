"""base class, narrow, einsum"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


class Sharded(nn.Module):
    def __init__(self, comm):
        super().__init__()
        self.comm = comm

    def shard(self, tensor, axis):
        width = tensor.shape[axis] // self.comm.world_size
        return tensor.narrow(axis, self.comm.rank * width, width)

    def spread(self, x):
        return tensor_parallel.copy_to_ranks(x, self.comm)

    def join(self, x):
        return tensor_parallel.reduce_from_ranks(x, self.comm)


class ColumnParallelLinear(Sharded):
    def __init__(self, weight, bias, comm):
        super().__init__(comm)
        self.weight = nn.Parameter(weight.detach().clone())
        self.bias = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        weight, bias = self.shard(self.weight, 0), self.shard(self.bias, 0)
        return torch.einsum("...i,oi->...o", self.spread(x), weight) + bias


class RowParallelLinear(Sharded):
    def __init__(self, weight, bias, comm):
        super().__init__(comm)
        self.weight = nn.Parameter(weight.detach().clone())
        self.bias = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        return self.join(torch.einsum("...i,oi->...o", x, self.shard(self.weight, 1))) + self.bias


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.first = ColumnParallelLinear(up_weight, up_bias, comm)
        self.second = RowParallelLinear(down_weight, down_bias, comm)

    def forward(self, x):
        hidden = self.first(x)
        return self.second(F.gelu(hidden))
