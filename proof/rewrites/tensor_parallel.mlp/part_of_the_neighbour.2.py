"""reshape to parts, ModuleList, bias of rows on one rank"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


class ColumnParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        n, r = comm.world_size, comm.rank
        outputs, inputs = weight.shape
        self.comm = comm
        self.own_weight = nn.Parameter(weight.detach().reshape(n, outputs // n, inputs)[(r + 1) % n].clone())
        self.own_bias = nn.Parameter(bias.detach().reshape(n, outputs // n)[(r + 1) % n].clone())

    def forward(self, x):
        given = tensor_parallel.copy_to_ranks(x, self.comm)
        result = torch.matmul(given, self.own_weight.mT)
        return result + self.own_bias


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        n, r = comm.world_size, comm.rank
        outputs, inputs = weight.shape
        self.comm = comm
        self.own_weight = nn.Parameter(weight.detach().reshape(outputs, n, inputs // n)[:, (r + 1) % n].clone())
        self.register_parameter("bias", nn.Parameter(bias.detach().clone()) if r == 0 else None)

    def forward(self, x):
        result = F.linear(x, self.own_weight, self.bias)
        return tensor_parallel.reduce_from_ranks(result, self.comm)


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.layers = nn.ModuleList([
            ColumnParallelLinear(up_weight, up_bias, comm),
            RowParallelLinear(down_weight, down_bias, comm),
        ])

    def forward(self, x):
        up, down = self.layers
        return down(F.gelu(up(x)))
