"""helper that makes parameters, composed MLP"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


def part(tensor, dim, comm):
    index = torch.arange(comm.rank, tensor.shape[dim], comm.world_size, device=tensor.device)
    return nn.Parameter(tensor.detach().index_select(dim, index))


class ColumnParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.weight = part(weight, 0, comm)
        self.bias = part(bias, 0, comm)

    def forward(self, x):
        x = tensor_parallel.copy_to_ranks(x, self.comm)
        return F.linear(x, self.weight, self.bias)


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.weight = part(weight, 1, comm)
        self.bias = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        term = F.linear(x, self.weight)
        return tensor_parallel.reduce_from_ranks(term, self.comm) + self.bias


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.up = ColumnParallelLinear(up_weight, up_bias, comm)
        self.down = RowParallelLinear(down_weight, down_bias, comm)

    def forward(self, x):
        return self.down(F.gelu(self.up(x)))
