"""each class by itself, slices, matmul"""
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


def own(n, comm):
    size = n // comm.world_size
    return slice(size * comm.rank, size * (comm.rank + 1))


class ColumnParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        rows = own(weight.shape[0], comm)
        self.comm = comm
        self.matrix = nn.Parameter(weight.detach()[rows].t().clone())
        self.offset = nn.Parameter(bias.detach()[rows].clone())

    def forward(self, x):
        everywhere = tensor_parallel.copy_to_ranks(x, self.comm)
        return everywhere @ self.matrix + self.offset


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        columns = own(weight.shape[1], comm)
        self.comm = comm
        self.matrix = nn.Parameter(weight.detach()[:, columns].t().clone())
        self.offset = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        product = x @ self.matrix
        return tensor_parallel.reduce_from_ranks(product, self.comm) + self.offset


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        hidden, d = up_weight.shape
        self.comm = comm
        self.inputs = slice(d * comm.rank // comm.world_size, d * (comm.rank + 1) // comm.world_size)
        self.units = own(hidden, comm)
        self.up = nn.Parameter(up_weight.detach()[:, self.inputs].t().clone())
        self.up_offset = nn.Parameter(up_bias.detach()[self.units].clone())
        self.down = nn.Parameter(down_weight.detach()[:, self.units].t().clone())
        self.down_offset = nn.Parameter(down_bias.detach().clone())

    def forward(self, x):
        everywhere = tensor_parallel.copy_to_ranks(x, self.comm)
        product = everywhere[..., self.inputs] @ self.up
        summed = tensor_parallel.reduce_from_ranks(product, self.comm)
        hidden = tensor_parallel.copy_to_ranks(summed, self.comm)
        active = F.gelu(hidden[..., self.units] + self.up_offset)
        return tensor_parallel.reduce_from_ranks(active @ self.down, self.comm) + self.down_offset
