"""a Function for the sum, helper that makes parameters"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel
from curriculum.collectives import ring_all_reduce


class AllReduce(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, comm):
        ctx.comm = comm
        return ring_all_reduce(x, comm)

    @staticmethod
    def backward(ctx, gradient):
        return ring_all_reduce(gradient, ctx.comm), None


def part(tensor, dim, comm):
    return nn.Parameter(tensor.detach().chunk(comm.world_size, dim)[comm.rank].clone())


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
        return AllReduce.apply(term, self.comm) + self.bias


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.up = ColumnParallelLinear(up_weight, up_bias, comm)
        self.down = RowParallelLinear(down_weight, down_bias, comm)

    def forward(self, x):
        return self.down(F.gelu(self.up(x)))
