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
        self.comm = comm
        self.rows = own(weight.shape[0], comm)
        self.matrix = nn.Parameter(weight.detach().t().clone())
        self.offset = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        everywhere = tensor_parallel.copy_to_ranks(x, self.comm)
        return everywhere @ self.matrix[:, self.rows] + self.offset[self.rows]


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.columns = own(weight.shape[1], comm)
        self.matrix = nn.Parameter(weight.detach().t().clone())
        self.offset = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        product = x @ self.matrix[self.columns]
        return tensor_parallel.reduce_from_ranks(product, self.comm) + self.offset


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.comm = comm
        self.units = own(up_weight.shape[0], comm)
        self.up = nn.Parameter(up_weight.detach().t().clone())
        self.up_offset = nn.Parameter(up_bias.detach().clone())
        self.down = nn.Parameter(down_weight.detach().t().clone())
        self.down_offset = nn.Parameter(down_bias.detach().clone())

    def forward(self, x):
        everywhere = tensor_parallel.copy_to_ranks(x, self.comm)
        hidden = F.gelu(everywhere @ self.up[:, self.units] + self.up_offset[self.units])
        product = hidden @ self.down[self.units]
        return tensor_parallel.reduce_from_ranks(product, self.comm) + self.down_offset
