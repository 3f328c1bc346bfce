"""nn.Linear in the layers, a Function which gathers"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel
from curriculum.collectives import all_gather


class Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx, piece, comm):
        ctx.comm = comm
        return all_gather(piece.contiguous(), comm)

    @staticmethod
    def backward(ctx, gradient):
        return gradient.chunk(ctx.comm.world_size)[ctx.comm.rank].clone(), None


class ColumnParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        outputs, inputs = weight.shape
        share = outputs // comm.world_size
        first = comm.rank * share
        self.comm = comm
        self.linear = nn.Linear(inputs, share, dtype=weight.dtype, device=weight.device)
        with torch.no_grad():
            self.linear.weight.copy_(weight[first : first + share])
            self.linear.bias.copy_(bias[first : first + share])

    def forward(self, x):
        return self.linear(tensor_parallel.copy_to_ranks(x, self.comm))


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        outputs, inputs = weight.shape
        share = inputs // comm.world_size
        first = comm.rank * share
        self.comm = comm
        self.linear = nn.Linear(share, outputs, bias=False, dtype=weight.dtype, device=weight.device)
        self.bias = nn.Parameter(bias.detach().clone())
        with torch.no_grad():
            self.linear.weight.copy_(weight[:, first : first + share])

    def forward(self, x):
        summed = tensor_parallel.reduce_from_ranks(self.linear(x), self.comm)
        return summed + self.bias


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        share = len(up_bias) // comm.world_size
        units = slice(comm.rank * share, (comm.rank + 1) * share)
        self.comm = comm
        self.up_weight = nn.Parameter(up_weight.detach()[units].clone())
        self.up_bias = nn.Parameter(up_bias.detach()[units].clone())
        self.down_weight = nn.Parameter(down_weight.detach().t()[units].clone())
        self.down_bias = nn.Parameter(down_bias.detach().clone())

    def forward(self, x):
        up_weight = Gather.apply(self.up_weight, self.comm)
        up_bias = Gather.apply(self.up_bias, self.comm)
        hidden = F.gelu(F.linear(x, up_weight, up_bias))
        down_weight = Gather.apply(self.down_weight, self.comm)
        return F.linear(hidden, down_weight.t(), self.down_bias)
