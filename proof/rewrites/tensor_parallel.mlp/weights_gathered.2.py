"""all three from two helpers, cut and whole"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel
from curriculum.collectives import all_gather


class Whole(torch.autograd.Function):
    @staticmethod
    def forward(ctx, piece, dim, comm):
        ctx.dim, ctx.comm = dim, comm
        first = piece.transpose(0, dim).contiguous()
        return all_gather(first, comm).transpose(0, dim)

    @staticmethod
    def backward(ctx, gradient):
        own = gradient.chunk(ctx.comm.world_size, ctx.dim)[ctx.comm.rank]
        return own.clone(), None, None


def cut(tensor, dim, comm):
    return nn.Parameter(tensor.detach().chunk(comm.world_size, dim)[comm.rank].clone())


class ColumnParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.weight, self.bias = cut(weight, 0, comm), cut(bias, 0, comm)

    def forward(self, x):
        x = tensor_parallel.copy_to_ranks(x, self.comm)
        weight = Whole.apply(self.weight, 0, self.comm)
        bias = Whole.apply(self.bias, 0, self.comm)
        y = F.linear(x, weight, bias)
        return y.chunk(self.comm.world_size, -1)[self.comm.rank]


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.weight, self.bias = cut(weight, 1, comm), nn.Parameter(bias.detach().clone())

    def forward(self, x):
        weight = Whole.apply(self.weight, 1, self.comm)
        x = Whole.apply(x, x.dim() - 1, self.comm)
        return F.linear(x, weight, self.bias)


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.comm = comm
        self.up_weight, self.up_bias = cut(up_weight, 0, comm), cut(up_bias, 0, comm)
        self.down_weight, self.down_bias = cut(down_weight, 1, comm), nn.Parameter(down_bias.detach().clone())

    def forward(self, x):
        up_weight = Whole.apply(self.up_weight, 0, self.comm)
        up_bias = Whole.apply(self.up_bias, 0, self.comm)
        down_weight = Whole.apply(self.down_weight, 1, self.comm)
        return F.linear(F.gelu(F.linear(x, up_weight, up_bias)), down_weight, self.down_bias)
