"""nn.Linear inside, MLP as a Sequential"""
import torch
from torch import nn

from curriculum import tensor_parallel


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


class ParallelMLP(nn.Sequential):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        up = ColumnParallelLinear(up_weight, up_bias, comm)
        down = RowParallelLinear(down_weight, down_bias, comm)
        super().__init__(up, nn.GELU(approximate="tanh"), down)
