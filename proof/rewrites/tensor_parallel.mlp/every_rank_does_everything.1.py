"""a Function which gathers the inputs, F.linear"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel
from curriculum.collectives import all_gather


class Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx, piece, comm):
        ctx.comm = comm
        return all_gather(piece.movedim(-1, 0).contiguous(), comm).movedim(0, -1)

    @staticmethod
    def backward(ctx, gradient):
        return gradient.chunk(ctx.comm.world_size, -1)[ctx.comm.rank], None


class ColumnParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.weight = nn.Parameter(weight.detach().clone())
        self.bias = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        x = tensor_parallel.copy_to_ranks(x, self.comm)
        y = F.linear(x, self.weight, self.bias)
        return y.chunk(self.comm.world_size, -1)[self.comm.rank]


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.weight = nn.Parameter(weight.detach().clone())
        self.bias = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        return F.linear(Gather.apply(x, self.comm), self.weight, self.bias)


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.up_weight = nn.Parameter(up_weight.detach().clone())
        self.up_bias = nn.Parameter(up_bias.detach().clone())
        self.down_weight = nn.Parameter(down_weight.detach().clone())
        self.down_bias = nn.Parameter(down_bias.detach().clone())

    def forward(self, x):
        hidden = F.gelu(F.linear(x, self.up_weight, self.up_bias))
        return F.linear(hidden, self.down_weight, self.down_bias)
