"""base class, einsum, divided where it is used"""
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
        piece = tensor.detach().narrow(axis, self.comm.rank * width, width)
        return nn.Parameter(piece.clone())

    def spread(self, x):
        return tensor_parallel.copy_to_ranks(x, self.comm)

    def join(self, x):
        return tensor_parallel.reduce_from_ranks(x, self.comm)


class ColumnParallelLinear(Sharded):
    def __init__(self, weight, bias, comm):
        super().__init__(comm)
        self.weight = self.shard(weight, 0)
        self.bias = self.shard(bias, 0)

    def forward(self, x):
        return torch.einsum("...i,oi->...o", self.spread(x), self.weight) + self.bias


class RowParallelLinear(Sharded):
    def __init__(self, weight, bias, comm):
        super().__init__(comm)
        self.weight = self.shard(weight, 1)
        self.bias = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        product = torch.einsum("...i,oi->...o", x, self.weight)
        return self.join(product + self.bias / self.comm.world_size)


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.first = ColumnParallelLinear(up_weight, up_bias, comm)
        self.second = RowParallelLinear(down_weight, down_bias, comm)

    def forward(self, x):
        hidden = self.first(x)
        return self.second(F.gelu(hidden))
